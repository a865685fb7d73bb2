import Documents
import RecordEngine
import RecordStore
import RowscopeModel

extension RecordService {
  /// The answer to a list request in the wire format: JSON in UTF-8, in one line without a line
  /// feed.
  ///
  /// ```
  /// {"data":{"items":[{"id":7,"title":"Toner"}],"has_more":true,"next":"AQAB…",
  ///  "count":{"value":12,"exact":true}}}
  /// {"data":{"message":"unknown field \"titel\" in table \"tasks\"; did you mean \"title\"?",
  ///  "code":"unknown_field"}}
  /// ```
  ///
  /// `next` is present if there is more, `count` if it was requested, and so is `may`: for each
  /// item what the user may do with it, as `["edit","delete"]`, and `scope`, see ``Page/scope``. An
  /// item has the fields in the order of the selection. NULL is `null`; an integer has only digits;
  /// a real has a point or an exponent and reads back as the same real (an infinity is `9e999` or
  /// `-9e999`); a text is a string, with U+FFFD for each invalid UTF-8 sequence; a blob is the
  /// string `\x00ff`, its bytes in hexadecimal. A many-valued field is the array of its members,
  /// empty if the stored value is not an array, and `null` if nothing is stored.
  ///
  /// Complexity: as ``list(_:as:)``, and O(n) in the bytes of the answer.
  public func answer(_ request: ListRequest, as user: User) async -> Answer {
    do throws(ServiceError) {
      return Answer(json: try await core().json(request, as: user))
    } catch {
      return Answer(error)
    }
  }

  /// The answer to a request in JSON, in the wire format. Only reading requests are answered.
  ///
  /// Complexity: that of what is asked for, and O(n) in the bytes of the request.
  public func answer(json request: some Sequence<UInt8>, as user: User) async -> Answer {
    do throws(ServiceError) {
      let question = try WireQuestion(json: Array(request))
      guard !question.isWrite else { throw .readsOnly }
      return Answer(json: try await core().json(question, as: user))
    } catch {
      return Answer(error)
    }
  }
}

extension ServiceCore {
  /// The answer to a list request in the wire format.
  func json(
    _ request: ListRequest, as user: User, at clock: RequestClock? = nil
  ) async throws(ServiceError) -> [UInt8] {
    try await answer(as: user, at: clock) { session throws(ServiceError) in
      try session.prepare(request)
    } _: { session, list throws(ServiceError) in
      try session.answer(list, to: request)
    }
  }
}

/// An answer in the wire format.
public struct Answer: Sendable {
  /// JSON in UTF-8, in one line without a line feed.
  public let json: [UInt8]
  /// Why the request failed; nil if it did not.
  public let error: ServiceError?

  /// Whether ``json`` is an error with its code and message instead of data.
  public var isError: Bool { error != nil }

  init(json: [UInt8]) {
    self.json = json
    error = nil
  }

  init(_ error: ServiceError, _ id: RequestID? = nil) {
    json = id?.prefixed(to: error.wireAnswer) ?? error.wireAnswer
    self.error = error
  }
}

extension ReadSession {
  /// A page in the wire format, written directly from the statement's cells.
  func answer(
    _ list: PreparedPage, to request: ListRequest
  ) throws(ServiceError) -> [UInt8] {
    var answer = JSONWriter(capacity: 4096)
    answer.beginObject()
    answer.key("data")
    answer.beginObject()
    answer.key("items")
    answer.beginArray()
    let end: ListEnd?
    var may: [[RecordAct]] = []
    var readonly: [[String]] = []
    var hidden: [[String]] = []
    if list.layout == nil {
      let (writer, acts) = (list.objectWriter, list.acts)
      end = try forEachRow(of: list) { (row: borrowing Row) in
        answer.element { writer.write(row, into: &$0) }
        if let acts {
          may.append(acts.acts(of: row))
          if let names = acts.readonly(of: row) { readonly.append(names) }
        }
        return true
      }
    } else {
      end = try forEachObject(of: list) { object, notes in
        answer.element { $0.append(object) }
        if let acts = notes.may { may.append(acts) }
        if let names = notes.readonly { readonly.append(names) }
        if let names = notes.hidden { hidden.append(names) }
        return true
      }
    }
    answer.endArray()
    if request.may {
      answer.key("may")
      answer.beginArray()
      for acts in may { answer.element { $0.appendJSON(acts) } }
      answer.endArray()
    }
    if readonly.contains(where: { $0 != readonly.first }) {
      answer.key("readonly")
      answer.element { $0.appendJSON(readonly) }
    }
    if hidden.contains(where: { !$0.isEmpty }) {
      answer.key("hidden")
      answer.element { $0.appendJSON(hidden) }
    }
    answer.key("has_more")
    answer.bool(end?.hasMore == true)
    if let next = end?.next {
      answer.key("next")
      answer.string(next)
    }
    if let count = try count(list) {
      answer.key("count")
      answer.beginObject()
      answer.key("value")
      answer.integer(Int64(count.value))
      answer.key("exact")
      answer.bool(count.isExact)
      answer.endObject()
    }
    if let scope = list.request.scope {
      answer.key("scope")
      answer.string(scope)
    }
    answer.endObject()
    answer.endObject()
    return answer.bytes
  }
}

extension ServiceError {
  /// What one who asks is told: the ``description``, unless the workspace is wrong.
  package var wireDescription: String {
    code == .invalidWorkspace
      ? "the workspace has mistakes, so this is denied; `rowscope check` says what to fix"
      : description
  }

  /// The error in the wire format: `{"data":{"message":…,"code":…}}`, on one line without a line
  /// feed.
  ///
  /// The message is the ``description``, including the hint. What is wrong with the workspace is
  /// not for those who ask: it names files, tables and fields.
  package var wireAnswer: [UInt8] {
    let description = wireDescription
    var writer = JSONWriter()
    writer.beginObject()
    writer.key("data")
    writer.beginObject()
    writer.key("message")
    writer.string(description)
    writer.key("code")
    writer.string(code.rawValue)
    writer.endObject()
    writer.endObject()
    return writer.bytes
  }
}
