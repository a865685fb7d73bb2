/// What a service lets one request have.
public struct ServiceLimits: Sendable {
  /// The size of a page where a request names none; nil for all records.
  public var defaultSize: Int?
  /// The largest size that a request may name; nil for no limit.
  public var maximumSize: Int?
  public var maximumSortKeys: Int
  /// How long a request may take, the wait for a connection and for locks included; nil for as long
  /// as it takes.
  public var timeout: Duration?
  /// Mixed into the tag of every cursor. Cursors are refused by a service with another key.
  public var cursorKey: [UInt8]

  public init(
    defaultSize: Int? = 100, maximumSize: Int? = 500, maximumSortKeys: Int = 12,
    timeout: Duration? = nil, cursorKey: [UInt8] = []
  ) {
    self.defaultSize = defaultSize
    self.maximumSize = maximumSize
    self.maximumSortKeys = maximumSortKeys
    self.timeout = timeout
    self.cursorKey = cursorKey
  }
}
