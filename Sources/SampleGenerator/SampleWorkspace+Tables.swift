/// Byte for byte what `SampleData/workspace.json` has from "tables" on; a test compares them.
extension SampleWorkspace {
  static let declarations = #"""
      "tables": {
        "tasks": {
          "label": "Tasks",
          // For users of type "user": the records that they own, and those of their teams.
          "owner_field": "owner",
          "team_field": "team",
          "fields": {
            "owner":        {"type": "user", "relation": {"table": "employees", "field": "id"}},
            "team":         {"relation": {"table": "teams", "field": "id"}},
            // By name, not by number: a task may name a client that is not in the table any more.
            "client":       {"relation": {"table": "clients", "field": "name"}},
            "amount":       {"type": "currency"},
            "request_date": {"type": "date", "layout": "YYYY-MM-DD"},
            "due_date":     {"type": "date", "layout": "YYYY-MM-DD"},
            // Not a column of tasks: the members are rows of another table.
            "watchers":     {"type": "users", "link": {"table": "task_watchers", "record": "task", "member": "user"}},
          },
        },

        "task_watchers": {
          "label": "Who watches which task",
          "primary_key": ["task", "user"],
          "fields": {
            "task": {"relation": {"table": "tasks", "field": "id"}},
            "user": {"type": "user", "relation": {"table": "employees", "field": "id"}},
          },
        },

        "comments": {
          "label": "Comments",
          "owner_field": "author",
          "fields": {
            "task":       {"relation": {"table": "tasks", "field": "id"}},
            "author":     {"type": "user", "relation": {"table": "employees", "field": "id"}},
            "created_at": {"type": "datetime", "encoding": "unix"},
            "internal":   {"type": "checkbox"},
          },
        },

        "reminders": {
          "label": "Reminders",
          "owner_field": "owner",
          "fields": {
            "owner":        {"type": "user", "relation": {"table": "employees", "field": "id"}},
            "task":         {"relation": {"table": "tasks", "field": "id"}},
            "remind_at":    {"type": "datetime", "encoding": "unix"},
            // A JSON array in a text column: [3,7].
            "participants": {"type": "users"},
            "done":         {"type": "checkbox"},
          },
        },

        "clients": {
          "label": "Clients",
          "owner_field": "account_manager",
          "fields": {
            "region":          {"relation": {"table": "regions", "field": "code"}},
            "account_manager": {"type": "user", "relation": {"table": "employees", "field": "id"}},
            // Both consist of digits but are not numbers: 00417290000155 keeps its zeros.
            "tax_id":          {"column": "TEXT"},
            "phone":           {"column": "TEXT"},
            "credit_limit":    {"type": "currency"},
            "since":           {"type": "date", "layout": "YYYY-MM-DD"},
            "tags":            {"type": "tags"},
          },
        },

        "payables": {
          "label": "Payables",
          "fields": {
            "invoice":     {"column": "TEXT"},
            "amount":      {"type": "currency"},
            "due_date":    {"type": "date", "layout": "YYYY-MM-DD"},
            "paid_on":     {"type": "date", "layout": "YYYY-MM-DD"},
            "approved_by": {"type": "user", "relation": {"table": "employees", "field": "id"}},
          },
        },

        "receivables": {
          "label": "Receivables",
          "fields": {
            "client_id": {"relation": {"table": "clients", "field": "id"}},
            "amount":    {"type": "currency"},
            "issued_on": {"type": "date", "layout": "YYYY-MM-DD"},
            "due_date":  {"type": "date", "layout": "YYYY-MM-DD"},
            "paid_on":   {"type": "date", "layout": "YYYY-MM-DD"},
          },
        },

        "employees": {
          "label": "Employees",
          "owner_field": "id",
          "team_field": "team",
          "fields": {
            "team":     {"relation": {"table": "teams", "field": "id"}},
            // An employee's manager is an employee too: manager.manager is two steps up, and
            // manager is under 2 asks for all below employee 2.
            "manager": {
              "type": "user", "relation": {"table": "employees", "field": "id", "tree": true},
            },
            "region":   {"relation": {"table": "regions", "field": "code"}},
            "hired_on": {"type": "date", "layout": "YYYY-MM-DD"},
            "salary":   {"type": "currency"},
          },
        },

        "teams": {
          "label": "Teams",
          "fields": {
            "region_id": {"relation": {"table": "regions", "field": "id"}},
            "lead":      {"type": "user", "relation": {"table": "employees", "field": "id"}},
          },
        },

        "regions": {"label": "Regions"},

        "assets": {
          "label": "Assets",
          "primary_key": ["serial"],
          "owner_field": "assigned_to",
          "fields": {
            "assigned_to": {"type": "user", "relation": {"table": "employees", "field": "id"}},
            "bought_on":   {"type": "date", "layout": "YYYY-MM-DD"},
            "cost":        {"type": "currency"},
            "tags":        {"type": "tags"},
            // Runs on the device: only developer seats can create, edit and delete it.
            "script":      {"developer": true},
          },
        },

        // Any string can be a name.
        "on-call rota": {
          "label": "On call",
          "primary_key": ["week of"],
          "owner_field": "1st",
          "fields": {
            "week of":         {"type": "date", "layout": "YYYY-MM-DD"},
            "1st":             {"type": "user", "relation": {"table": "employees", "field": "id"}},
            "2nd \"backup\"":  {"type": "user", "relation": {"table": "employees", "field": "id"}},
            "R$/night":        {"type": "currency"},
          },
        },
      },

      "pages": ["handbook", "price_list", "salary_bands"],
      "dashboards": ["service_levels", "cash_flow", "team_load"],
    }

    """#
}
