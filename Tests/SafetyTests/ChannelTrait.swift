import Testing

/// Says which channel a test watches.
///
/// ```swift
/// @Test(.watches(.cursor)) func anAlteredCursorIsRefused() …
/// ```
struct ChannelTrait: TestTrait, SuiteTrait {
  let channels: [Channel]

  var comments: [Comment] { channels.map { "\($0.words.danger): \($0.words.guardedBy)" } }
}

extension Trait where Self == ChannelTrait {
  static func watches(_ channels: Channel...) -> ChannelTrait { ChannelTrait(channels: channels) }
}
