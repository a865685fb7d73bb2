import AccessProfiles
package import Documents
import RecordEngine
import RecordFilter
package import RowscopeModel

extension ServiceCore {
  /// The answer to a request in the wire format, without an id.
  func json(
    _ question: WireQuestion, as user: User, at clock: RequestClock? = nil
  ) async throws(ServiceError) -> [UInt8] {
    switch question {
    case .list(let list): return try await json(list, as: user, at: clock)
    case .summary(let summary): return try await json(summary, as: user, at: clock)
    case .count(let request):
      let count = try await answer(as: user, at: clock) { session throws(ServiceError) in
        try session.prepareTotal(of: request)
      } _: { session, total throws(ServiceError) in
        try session.count(total)
      }
      return Self.data { $0.count(count, isExact: true) }
    case .get(let key, let table, let select):
      let object = try await answer(as: user, at: clock) { session throws(ServiceError) in
        try session.prepare(key, from: table, select: select)
      } _: { session, list throws(ServiceError) in
        try session.object(of: list)
      }
      return Self.data { $0.item(object) }
    case .may(let key, let table):
      let record = try await answer(as: user, at: clock) { session throws(ServiceError) in
        try session.prepareActs(on: key, in: table)
      } _: { session, list throws(ServiceError) in
        try session.record(of: list)
      }
      return Self.data { answer in
        answer.key("may")
        answer.element { $0.appendJSON(record.may ?? []) }
      }
    case .access(let table):
      let (asker, tables) = try await withSession(as: user, at: clock) {
        session throws(ServiceError) in
        (session.context.user, try session.outline(table))
      }
      return Self.data { answer in
        answer.user(asker)
        answer.tables(tables)
      }
    case .menu:
      let navigation = try await navigation(of: user)
      return Self.data { $0.navigation(navigation) }
    case .create(let values, let table, let select):
      let written = try await write(as: user, at: clock) { writer throws(ServiceError) in
        try writer.create(values, in: table, select: select)
      }
      return Self.data { $0.item(written.record?.json) }
    case .update(.one(let key, let table), let values, let unchanged, let select):
      let written = try await write(as: user, at: clock) { writer throws(ServiceError) in
        try writer.update(key, in: table, set: values, ifUnchanged: unchanged, select: select)
      }
      return Self.data { $0.item(written.record?.json) }
    case .update(.many(let selection), let values, let unchanged, let select):
      let written = try await write(as: user, at: clock) { writer throws(ServiceError) in
        try writer.update(selection, set: values, ifUnchanged: unchanged, select: select)
      }
      return Self.data { answer in
        answer.key("items")
        answer.beginArray()
        for record in written.records { answer.object(record.json) }
        answer.endArray()
        answer.count(written.count, isExact: true)
      }
    case .delete(let target, let unchanged):
      let deleted = try await write(as: user, at: clock) { writer throws(ServiceError) in
        switch target {
        case .one(let key, let table): try writer.delete(key, from: table, ifUnchanged: unchanged)
        case .many(let selection): try writer.delete(selection, ifUnchanged: unchanged)
        }
      }
      return Self.data { answer in
        answer.key("deleted")
        answer.integer(Int64(deleted.count))
        answer.key("kept")
        answer.integer(Int64(deleted.kept))
      }
    }
  }

  private func write<Result>(
    as user: User, at clock: RequestClock?,
    _ body: (borrowing RecordWriter) throws(ServiceError) -> Result
  ) async throws(ServiceError) -> Result {
    try await transaction(as: user, at: clock) { writer throws(ServiceError) in
      (try body(writer), true)
    }
  }

  private static func data(_ write: (inout JSONWriter) -> Void) -> [UInt8] {
    var answer = JSONWriter(capacity: 1024)
    answer.beginObject()
    answer.key("data")
    answer.beginObject()
    write(&answer)
    answer.endObject()
    answer.endObject()
    return answer.bytes
  }
}

extension JSONWriter {
  fileprivate mutating func object(_ json: [UInt8]) {
    element { $0.append(json) }
  }

  /// - Parameter json: nil for a record that the user cannot access.
  fileprivate mutating func item(_ json: [UInt8]?) {
    key("item")
    if let json { object(json) } else { null() }
  }

  fileprivate mutating func count(_ value: Int, isExact: Bool) {
    key("count")
    beginObject()
    key("value")
    integer(Int64(value))
    key("exact")
    bool(isExact)
    endObject()
  }

  private mutating func value(_ value: Value) {
    element { buffer in value.borrowed { buffer.appendJSON($0, as: .stored) } }
  }

  private mutating func strings(_ name: String, _ list: [String]) {
    key(name)
    element { $0.appendJSON(list) }
  }

  private mutating func text(_ name: String, _ text: String?) {
    key(name)
    if let text { string(text) } else { null() }
  }

  private mutating func flag(_ name: String, _ flag: Bool) {
    key(name)
    bool(flag)
  }

  /// Who asks, as a client may show it.
  package mutating func user(_ user: User) {
    key("user")
    beginObject()
    key("id")
    value(user.id)
    text("name", user.name)
    endObject()
  }

  /// In the form of `rowscope schema --format json`, and the user's rights.
  fileprivate mutating func tables(_ tables: [TableOutline]) {
    key("tables")
    beginArray()
    for table in tables {
      beginObject()
      text("name", table.name)
      text("label", table.label)
      text("kind", table.isView ? "view" : "table")
      strings("primary_key", table.key)
      text("owner_field", table.ownerField)
      text("team_field", table.teamField)
      strings("rights", table.rights.map(\.rawValue))
      key("fields")
      beginArray()
      for field in table.fields {
        beginObject()
        text("name", field.name)
        text("type", field.type)
        text("column", field.column)
        flag("null", field.isNullable)
        flag("readonly", field.isReadonly)
        flag("developer", field.isDeveloper)
        endObject()
      }
      endArray()
      key("relations")
      beginArray()
      for relation in table.relations {
        beginObject()
        text("name", relation.name)
        text("table", relation.table)
        strings("fields", relation.near)
        strings("equal", relation.far)
        flag("to_many", relation.isToMany)
        endObject()
      }
      endArray()
      endObject()
    }
    endArray()
  }

  fileprivate mutating func navigation(_ navigation: Navigation) {
    key("menu")
    beginArray()
    for section in navigation.menu {
      beginObject()
      key("id")
      if let id = section.id { value(id) } else { null() }
      text("label", section.label)
      key("items")
      beginArray()
      for item in section.items {
        beginObject()
        text("object", item.object)
        text("label", item.label)
        text("type", item.type)
        endObject()
      }
      endArray()
      endObject()
    }
    endArray()
    strings("pages", navigation.pages)
    strings("dashboards", navigation.dashboards)
  }
}
