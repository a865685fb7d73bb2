import AccessProfiles
import Documents
import RowscopeModel
import Workspaces

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#endif

/// The documents of profiles in a table, as far as a snapshot has met them: each is parsed once for
/// its text.
struct StoredProfiles: Sendable {
  private(set) var catalog = ProfileCatalog()
  /// What is in the table for each name that was looked up.
  private var documents: [Text: StoredDocument] = [:]

  /// The most names that a snapshot remembers, so that a table of any number of profiles takes no
  /// more memory.
  static let limit = 1_000

  /// Whether it is known what is in the table for this name.
  func knows(_ name: String) -> Bool { documents[Text(name)] != nil }

  /// Whether there is no room for a further name.
  func isFull(for name: String) -> Bool {
    documents.count >= Self.limit && documents[Text(name)] == nil
  }

  /// Takes what was found for a name.
  ///
  /// - Returns: whether it is what is known of that name, if anything is.
  mutating func take(_ found: FoundDocument, as name: String, in table: String) -> Bool {
    let key = Text(name)
    if let known = documents[key] { return known.isSame(as: found) }
    let document = StoredDocument(found, name: "\(table): \(name)")
    documents[key] = document
    switch document {
    case .missing: break
    case .text(let source):
      do throws(Diagnostics) {
        catalog[name] = try Profile(document: source)
      } catch {
        catalog[fault: name] = .invalid(error)
      }
    case .unusable(let fault, let source):
      catalog[fault: name] = .invalid(
        Diagnostics(
          [Diagnostic(fault.code, fault.message, hint: fault.hint, at: 0..<0)], in: source))
    }
    return true
  }

  /// A copy without one name.
  func without(_ name: String) -> StoredProfiles {
    var copy = self
    copy.documents[Text(name)] = nil
    copy.catalog.remove(name)
    return copy
  }
}

/// What a table has for the name of a profile. A text is SQLite's, and only there for the call.
enum FoundDocument {
  case missing
  case text(UnsafeBufferPointer<UInt8>)
  case unusable(DocumentFault)
}

enum DocumentFault: Sendable, Hashable {
  /// Several rows have the name.
  case several
  /// It is no text.
  case notText
  case tooLarge

  var code: Diagnostic.Code {
    switch self {
    case .several: .duplicateName
    case .notText, .tooLarge: .wrongType
    }
  }

  var message: String {
    switch self {
    case .several: "several rows have this name, so none of them is used"
    case .notText: "the document is not a text"
    case .tooLarge:
      "the document is larger than the limit of \(DocumentFile.sizeLimit >> 20) MB"
    }
  }

  var hint: String? {
    switch self {
    case .several: "names are compared byte by byte; make the column unique"
    case .notText, .tooLarge: nil
    }
  }
}

private enum StoredDocument: Sendable {
  case missing
  case text(SourceDocument)
  case unusable(DocumentFault, SourceDocument)

  init(_ found: FoundDocument, name: String) {
    switch found {
    case .missing: self = .missing
    case .text(let bytes): self = .text(SourceDocument(name: name, bytes: Array(bytes)))
    case .unusable(let fault): self = .unusable(fault, SourceDocument(name: name, bytes: []))
    }
  }

  func isSame(as found: FoundDocument) -> Bool {
    switch (self, found) {
    case (.missing, .missing): true
    case (.text(let source), .text(let bytes)): source.bytes.hasSameBytes(as: bytes)
    case (.unusable(let fault, _), .unusable(let other)): fault == other
    case (.missing, _), (.text, _), (.unusable, _): false
    }
  }
}

extension [UInt8] {
  fileprivate func hasSameBytes(as other: UnsafeBufferPointer<UInt8>) -> Bool {
    withUnsafeBytes { bytes in
      let other = UnsafeRawBufferPointer(other)
      guard let start = bytes.baseAddress, let otherStart = other.baseAddress,
        bytes.count == other.count
      else { return bytes.isEmpty && other.isEmpty }
      return start == otherStart || memcmp(start, otherStart, bytes.count) == 0
    }
  }
}
