/// What a service lets one request have.
public struct ServiceLimits: Sendable {
  /// The size of a page where a request names none; nil for all records.
  public var defaultSize: Int?
  /// The largest size that a request may name; nil for no limit.
  public var maximumSize: Int?
  /// The most keys of one sort; with more the request is `limit_exceeded`.
  public var maximumSortKeys: Int
  /// How long a request may take, the wait for a connection and for locks included; nil for as long
  /// as it takes.
  public var timeout: Duration?
  /// What only the service knows, random bytes, 16 or more: the key of the tags of cursors and of
  /// the fingerprints of scopes. Cursors are refused by a service with another secret.
  ///
  /// Give all workers the same one where they share a cache by ``Page/scope``, and keep it over a
  /// restart. Where it is empty, cursors have a tag that anybody can make, which gains them
  /// nothing, and fingerprints a key of this process alone.
  public var secret: [UInt8]

  /// By default pages of 100 records and at most 500, without a time limit.
  public init(
    defaultSize: Int? = 100, maximumSize: Int? = 500, maximumSortKeys: Int = 12,
    timeout: Duration? = nil, secret: [UInt8] = []
  ) {
    self.defaultSize = defaultSize
    self.maximumSize = maximumSize
    self.maximumSortKeys = maximumSortKeys
    self.timeout = timeout
    self.secret = secret
  }
}
