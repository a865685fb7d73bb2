import RowscopeModel

extension ProfileDecisions {
  /// Why the user may not write to a chat channel; nil if they may. O(number of channels).
  ///
  /// - Parameter channel: its id. The number 7 and the text "7" are the same id.
  func denial(ofWritingTo channel: Value) -> AccessReason? {
    guard let profile = prepared?.profile else { return withoutProfile }
    if let place = profile.channelReadOnly.first(where: { $0.value.isSameID(as: channel) }) {
      return line("channel_read_only", key: "channel_read_only", at: place.range, of: profile)
    }
    return limitDenial(of: .sendMessages)
  }

  /// Why the user may not message another user; nil if they may. O(number of ids in the profile).
  ///
  /// If the profile has neither list, the user may message everyone. Otherwise the other user's id
  /// or profile must be in one of the lists.
  func denial(ofMessaging other: User) -> AccessReason? {
    guard let profile = prepared?.profile else { return withoutProfile }
    let (users, profiles) = (profile.directMessageUsers, profile.directMessageProfiles)
    if users != nil || profiles != nil {
      let isNamed =
        users?.contains { $0.value.isSameID(as: other.id) } == true
        || profiles?.contains { id in
          other.profiles.contains { id.value.isSameID(as: .text(Text($0))) }
        } == true
      guard isNamed else {
        let keys = [
          users.map { _ in "direct_message_users" },
          profiles.map { _ in "direct_message_profiles" },
        ].compactMap(\.self)
        return absent("not in \(keys.joined(separator: " nor "))", of: profile)
      }
    }
    return limitDenial(of: .sendMessages)
  }
}

extension Value {
  /// Ids are numbers or texts; the number 7 and the text "7" are the same id.
  fileprivate func isSameID(as other: Value) -> Bool {
    switch (self, other) {
    case (.integer(let integer), .text(let text)), (.text(let text), .integer(let integer)):
      Text(String(integer)) == text
    case (.null, _), (_, .null): false
    default: self == other
    }
  }
}
