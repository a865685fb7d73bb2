import AccessProfiles
import Documents
package import RecordEngine

/// Profiles by name, for a service without a workspace. Names are compared by bytes.
public struct Profiles: Sendable {
  package var catalog: ProfileCatalog

  /// No profiles yet.
  public init() { catalog = ProfileCatalog() }

  package init(_ catalog: ProfileCatalog) { self.catalog = catalog }

  /// Adds a profile, or replaces the one of this name.
  ///
  /// Complexity: O(n) in the bytes of the document.
  /// - Parameters:
  ///   - name: the name of the profile.
  ///   - json: the document: JSON in UTF-8; comments and trailing commas are allowed.
  /// - Throws: all problems of the document itself. Its names are checked against the tables when
  ///   it is first used, and by ``RecordService/check(_:)``.
  public mutating func add(_ name: String, json: some Sequence<UInt8>) throws(OpeningError) {
    do throws(Diagnostics) {
      catalog[name] = try Profile(document: SourceDocument(name: name, bytes: Array(json)))
    } catch {
      throw OpeningError(error)
    }
  }

  /// In alphabetical order.
  public var names: [String] { catalog.names }
}
