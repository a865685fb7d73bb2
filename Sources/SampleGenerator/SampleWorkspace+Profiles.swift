/// Byte for byte what `SampleData` has; a test compares them.
extension SampleWorkspace {
  static let profiles: [(name: String, text: String)] = [
    ("support", support), ("manager", manager), ("auditor", auditor),
  ]

  private static let support = #"""
    // A support agent works on their own open tasks.
    {
      "manage_users": 0,
      "create_table": 0,
      "create_dashboard": 0,

      "tables_enabled": {
        "tasks": {
          // All conditions must hold. No operator means "==".
          "data": [
            {"field": "owner", "reference": "id_user"},
            // Tasks without a status are "different from Done" too, and stay.
            {"field": "status", "operator": "!=", "value": "Done"},
          ],
          // Does not exist for this user: not in lists, filters, sort keys or searches.
          "fields_excluded": ["request_date"],
          // Visible, but not editable.
          "fields_readonly": ["client", "priority"],
        },
        // All rows, all fields, every right.
        "reminders": {"*": "*"},
      },

      // Takes precedence over everything that is enabled, here or later.
      "tables_disabled": ["payables", "receivables"],

      "pages_enabled": {"handbook": "*"},
      "pages_disabled": [],
      "dashboards_enabled": {"service_levels": "*"},
      "dashboards_disabled": [],

      // The menu at the first login.
      "default_tabs": [
        {
          "id": "my_day",
          "label": "My day",
          "items": [
            {"object": "tasks", "label": "My tasks", "type": "board"},
            {"object": "reminders", "label": "Reminders", "type": "object"},
            {"object": "handbook", "label": "How we work", "type": "page"},
          ],
        },
      ],

      "channel_read_only": ["announcements"],
      // The two managers, and all support agents.
      "direct_message_users": [2, 6],
      "direct_message_profiles": ["support"],
    }

    """#

  private static let manager = #"""
    // A manager sees the work of their teams, and the salaries of their own staff.
    {
      "manage_users": 1,
      "create_table": 0,
      "create_dashboard": 1,

      "tables_enabled": {
        "tasks": {
          "data": [
            // teams is a list, so this means "one of".
            {"field": "team", "operator": "in", "reference": "teams"},
          ],
          "can_create": 1,
          "can_edit": 1,
          "can_delete": 1,
          "create_comment": 1,
        },
        "comments": {
          // Through the task to its team; a comment without a task is denied.
          "data": [{"field": "task.team", "operator": "in", "reference": "teams"}],
          "can_create": 1,
          "can_delete": 1,
        },
        "task_watchers": {"*": "*"},
        "clients": {
          // An attribute may be a list too.
          "data": [{"field": "region", "operator": "in", "reference": "attributes.regions"}],
          "fields_readonly": ["credit_limit", "tax_id"],
          "can_create": 1,
        },
        "employees": {
          // The manager, their staff, and their staff's staff.
          "data": [
            {
              "or": [
                {"field": "id", "reference": "id_user"},
                {"field": "manager", "reference": "id_user"},
                {"field": "manager.manager", "reference": "id_user"},
              ],
            },
          ],
          "fields_readonly": ["salary", "hired_on"],
        },
        "payables": {
          // Payables that they may approve: unpaid, and within their limit.
          "data": [
            {"field": "paid_on", "operator": "is null"},
            {"field": "amount", "operator": "<=", "reference": "attributes.approval_limit"},
          ],
          "fields_readonly": ["supplier", "description", "invoice", "amount", "due_date"],
        },
        "teams": {"can_edit": 0, "create_comment": 0},
        "regions": {"can_edit": 0, "create_comment": 0},
        "reminders": "*",
        "on-call rota": "*",
      },

      "pages_enabled": {"*": "*"},
      "pages_disabled": ["salary_bands"],
      "dashboards_enabled": {"team_load": "*", "service_levels": "*"},

      "default_tabs": [
        {
          "id": "team",
          "label": "Team",
          "items": [
            {"object": "tasks", "label": "Board", "type": "board"},
            {"object": "team_load", "label": "Who does what", "type": "dashboard"},
            {"object": "on-call rota", "label": "On call", "type": "object"},
          ],
        },
        {
          "id": "people",
          "label": "People",
          "items": [{"object": "employees", "label": "My people", "type": "object"}],
        },
      ],
    }

    """#

  private static let auditor = #"""
    // Reads everything, changes nothing.
    {
      "tables_enabled": {"*": {"can_create": 0, "can_edit": 0, "can_delete": 0, "manage_structure": 0, "create_comment": 0}},
      "pages_enabled": {"*": "*"},
      "dashboards_enabled": {"*": "*"},
      "default_tabs": [
        {"id": "numbers", "label": "Numbers", "items": [{"object": "cash_flow", "label": "Cash flow", "type": "dashboard"}]},
      ],
    }

    """#
}
