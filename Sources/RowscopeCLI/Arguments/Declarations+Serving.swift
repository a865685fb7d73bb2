import Rowscope

extension Declaration {
  static let serve = Declaration(
    "serve", summary: "Answer requests, one a line, for programs in any language.",
    details:
      "Each request and each answer is a line of JSON. On standard input, answers come in the "
      + "order of the requests, until the input ends. With --listen, the first line of a "
      + "connection says who asks, {\"as\": 7}, requests have an \"id\", and answers come as they "
      + "are ready. Every line is answered, if only with an error. Profiles, users and the "
      + "workspace are reloaded when their files change. A client that writes many requests at "
      + "once must read answers at the same time. A request cannot describe its user or set the "
      + "time, unless --trust allows it.",
    options: [
      .workspace, .trust, .writable, .listen, .secretFile, .secret, .engine, .timeout,
    ],
    examples: [
      Example(
        "three of Bia's tasks",
        "echo '{\"as\": 3, \"object_type\": \"tasks\", \"size\": 3}' "
          + "| rowscope serve --workspace SampleData")
    ])

  static let mcp = Declaration(
    "mcp", summary: "Give an agent what one user sees, over the Model Context Protocol.",
    details:
      "Speaks the protocol on standard input and output: an agent's program starts it, and finds "
      + "tools to list, get, count and summarize records, and to look at the tables. It reads, as "
      + "one user, whose access --narrowed-by narrows to what the agent needs. Profiles, users and "
      + "the workspace are reloaded when their files change.",
    options: [.workspace, .requiredAs, .narrowedBy, .timeout],
    examples: [
      Example(
        "the tools of an agent that works for Bia",
        "echo '{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}' "
          + "| rowscope mcp --workspace SampleData --as 3")
    ])
}
