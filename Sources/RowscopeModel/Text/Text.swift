#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#endif

extension Value {
  /// Text as SQLite holds it: a sequence of bytes that is meant to be UTF-8 and need not be.
  ///
  /// Two texts are equal when their bytes are, so `é` composed and `é` decomposed differ, as they
  /// do in SQLite, and the order is that of unsigned bytes (SQLite's `BINARY` collation). A
  /// `String` compares by canonical equivalence and cannot hold invalid UTF-8; this type exists
  /// because a filter may depend on neither.
  public struct Text: Sendable {
    /// Valid UTF-8 keeps the `String` it came from (up to 15 bytes without an allocation); only
    /// bytes that no `String` can hold are kept as they are. The two cases never hold the same
    /// bytes.
    @usableFromInline
    enum Storage: Sendable {
      case valid(String)
      case invalid([UInt8])
    }

    @usableFromInline
    var storage: Storage

    /// The bytes of `string`. O(1).
    public init(_ string: String) {
      var native = string
      native.makeContiguousUTF8()
      storage = .valid(native)
    }

    /// These bytes, whatever they are. O(n).
    public init(bytes: some Sequence<UInt8>) {
      let array = Array(bytes)
      self = array.withUnsafeBufferPointer { Text(bytes: $0) }
    }

    /// A copy of these bytes, whatever they are. O(n).
    public init(bytes: UnsafeBufferPointer<UInt8>) {
      storage = UTF8Validation.string(bytes).map { .valid($0) } ?? .invalid(Array(bytes))
    }

    /// The text as a `String`; each invalid sequence becomes U+FFFD.
    public var string: String {
      switch storage {
      case .valid(let string): string
      case .invalid(let bytes): String(decoding: bytes, as: UTF8.self)
      }
    }

    /// The text as a `String`, or nil where it is not valid UTF-8.
    public var validString: String? {
      switch storage {
      case .valid(let string): string
      case .invalid: nil
      }
    }

    /// A copy of the bytes. O(n).
    public var bytes: [UInt8] { withBytes { Array($0) } }

    /// The number of bytes. O(1).
    public var count: Int {
      switch storage {
      case .valid(let string): string.utf8.count
      case .invalid(let bytes): bytes.count
      }
    }

    /// Whether there are no bytes. O(1).
    public var isEmpty: Bool { count == 0 }

    /// Calls `body` with the bytes, without copying them. They are valid during the call. O(1).
    ///
    /// - Throws: what `body` throws.
    @inlinable
    public func withBytes<Result, Failure: Error>(
      _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
      switch storage {
      case .valid(let string):
        let outcome = string.utf8.withContiguousStorageIfAvailable {
          buffer -> Swift.Result<Result, Failure> in
          do throws(Failure) { return .success(try body(buffer)) } catch { return .failure(error) }
        }
        // Contiguity was established when the value was made.
        guard let outcome else { preconditionFailure("a native String has contiguous UTF-8") }
        return try outcome.get()
      case .invalid(let bytes):
        let outcome = bytes.withUnsafeBufferPointer { buffer -> Swift.Result<Result, Failure> in
          do throws(Failure) { return .success(try body(buffer)) } catch { return .failure(error) }
        }
        return try outcome.get()
      }
    }
  }
}

/// Short for ``Value/Text`` within the package.
package typealias Text = Value.Text

extension Value.Text: Hashable {
  public static func == (left: Value.Text, right: Value.Text) -> Bool {
    left.withBytes { left in
      right.withBytes { right in
        guard left.count == right.count, let start = left.baseAddress,
          let other = right.baseAddress
        else { return left.count == right.count }
        return memcmp(start, other, left.count) == 0
      }
    }
  }

  public func hash(into hasher: inout Hasher) {
    withBytes { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension Value.Text: Comparable {
  /// By unsigned bytes, a prefix first.
  public static func < (left: Value.Text, right: Value.Text) -> Bool {
    left.withBytes { left in right.withBytes { right in left.lexicographicallyPrecedes(right) } }
  }
}

extension Value.Text: ExpressibleByStringLiteral, CustomStringConvertible {
  /// The bytes of the literal in UTF-8.
  public init(stringLiteral value: String) { self.init(value) }
  public var description: String { string }
}
