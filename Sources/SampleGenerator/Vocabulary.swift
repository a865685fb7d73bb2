import RecordFilter

/// The words of the sample's texts.
enum Vocabulary {
  /// Fifty, which with a hundred names make the five thousand clients.
  static let shopKinds = [
    "Açaí", "Adega", "Atelier", "Bar", "Bazar", "Bistrô", "Boteco", "Café", "Cantina", "Casa",
    "Chalé", "Cia", "Clube", "Copa", "Corte", "Doces", "Drops", "Empório", "Estúdio", "Feira",
    "Festa", "Flora", "Forno", "Frutas", "Galeria", "Gelato", "Grill", "Hotel", "Jardim",
    "Kiosk", "Lanches", "Livraria", "Loja", "Malhas", "Mercado", "Moda", "Oficina", "Ótica",
    "Padaria", "Pães", "Pet", "Pizza", "Pousada", "Quitanda", "Rações", "Sabor", "Salão",
    "Spa", "Tinta", "Vila",
  ]

  /// A hundred.
  static let shopNames = [
    "Aurora", "Sol", "Ipê", "Lua", "Mar", "Norte", "Sul", "Leste", "Oeste", "Azul", "Verde",
    "Branca", "Rosa", "Prata", "Ouro", "Nova", "Velha", "Real", "Feliz", "Bela", "Clara",
    "Serena", "Central", "União", "Aliança", "Estrela", "Cometa", "Planeta", "Vento", "Chuva",
    "Rio", "Lagoa", "Praia", "Serra", "Monte", "Vale", "Campo", "Bosque", "Mata", "Cedro",
    "Jacaré", "Tucano", "Sabiá", "Arara", "Onça", "Tatu", "Lobo", "Raposa", "Coral", "Pérola",
    "Rubi", "Jade", "Safira", "Âmbar", "Cristal", "Bronze", "Ferro", "Lima", "Souza", "Costa",
    "Prado", "Nunes", "Reis", "Moraes", "Viana", "Torres", "Ramos", "Pires", "Matos", "Leal",
    "Braga", "Dias", "Melo", "Rocha", "Bento", "Clemente", "Fausto", "Otília", "Zuleica",
    "Iara", "Jussara", "Cora", "Dora", "Nina", "Maya", "Gaia", "Luz", "Paz", "Bahia", "Recife",
    "Olinda", "Belém", "Natal", "Goiás", "Minas", "Paraná", "Lisboa", "Porto", "Coimbra",
    "Évora",
  ]

  /// The first clients, as in the sample workspace, whose users refer to some of them.
  static let knownClients = [
    "Café Aurora", "Padaria Sol", "Livraria Ipê", "Müller & Söhne", "O'Brien's Pub", "Kiosk 24/7",
    "100% Fruta", "snack_bar", "株式会社さくら", "קפה נגב", "Bar do \"Zé\"", "Lima, Lopes & Cia",
  ]

  /// Parts of titles.
  static let things = [
    "Printer", "Tablet", "Till", "Router", "Scanner", "Drawer", "Display", "Scale", "Reader",
    "Terminal", "Receipt", "Invoice", "Voucher", "Discount", "Refund", "Report", "Backup",
    "Export", "Import", "Update", "Password", "Login", "Menu", "Stock",
  ]

  /// Parts of titles.
  static let troubles = [
    "offline", "frozen", "too slow", "not found", "sent twice", "is blank", "jammed",
    "out of date", "at shop", "restarts", "in wrong place", "lost", "too dark", "shows zero",
    "to replace", "to explain", "rejected", "on Sunday",
  ]

  /// Parts of notes.
  static let openings = [
    "Called twice today", "Client says thanks", "Happens every night", "Seen on the old model",
    "Only at the counter", "Reported by mail", "Asked for a photo", "Second visit needed",
    "Waiting for the part", "Started on Monday", "Same as last month",
    "Found by the new clerk", "Works after a restart", "Nobody answers",
  ]

  /// Parts of notes.
  static let middles = [
    "the cable was loose", "the invoice is missing", "no error is shown",
    "the printer is fine", "Wi-Fi drops at noon", "50% of orders fail", "paper runs out early",
    "the file is too long", "prices are outdated", "the card is refused",
    "it needs version 4.2", "the clock is wrong",
  ]

  /// Parts of notes.
  static let endings = [
    "check again soon", "order a new one", "tell João first", "close if silent",
    "bring a spare", "ask finance", "urgent for them", "no hurry at all", "see the handbook",
    "keep it open",
  ]

  /// First names of employees.
  static let firstNames = [
    "Helena", "Marcos", "Bia", "João", "Nuno", "Carla", "Ana", "Piotr", "Íris", "Davi",
    "Róisín", "Sônia", "Rui", "Tomás", "Olga", "Edson", "Yasmin", "Kofi", "Vera", "Paulo",
    "Zilda", "Lívia", "Caio", "Inês", "Otto", "Mei", "Omar", "Lia", "Igor", "Noa", "Ravi",
    "Sara",
  ]

  /// Last names of employees.
  static let lastNames = [
    "Prado", "Vidal", "Fontes", "Álvares", "Conceição", "Brandt", "Schäfer", "Wójcik",
    "Cavalcanti", "Nóbrega", "O'Hara", "Matos", "Peçanha", "Quaresma", "Reis", "Guimarães",
    "Haddad", "Mensah", "Lindgren", "Tavares", "Amaral", "Kato", "Silva", "Souza", "Lopes",
    "Nunes", "Dias", "Moura", "Pinto", "Teles", "Vaz",
  ]

  /// Job titles of employees.
  static let jobTitles = [
    "Support agent", "Field technician", "Device engineer", "Trainer", "Finance analyst",
    "Engineer", "Night agent", "Team lead",
  ]

  /// Cities of clients.
  static let cities = [
    "São Paulo", "Recife", "Manaus", "Goiânia", "Curitiba", "Salvador", "Belém", "Fortaleza",
    "Natal", "Londrina", "Santos", "Brasília",
  ]

  /// Tags of clients.
  static let tags = [
    "café", "bakery", "books", "bar", "vip", "wine", "pets", "market", "clothes", "late payer",
  ]

  /// Suppliers; `goods` has what each sells.
  static let suppliers = [
    "Nuvem Hosting", "Imobiliária Porto", "Rede Fibra", "Tintas & Rolos", "Frota Leve",
    "Ponto Peças", "Contábil Reis", "Luz & Força", "Zwölf GmbH", "Agência Vento",
  ]

  /// The goods of each supplier.
  static let goods = [
    "Servers", "Office rent", "Internet lines", "Till rolls", "Car hire", "Spare parts",
    "Accounting", "Electricity", "Card readers", "Advertising",
  ]

  /// What clients are billed for.
  static let services = [
    "Subscription", "Card terminal", "Training", "On-site visit",
  ]

  /// Whole comments.
  static let commentBodies = [
    "Called, nobody answered. Trying again tomorrow.",
    "Fixed by a restart; leaving this open for two days.",
    "Photo received, it is the **old** model.", "Client says thank you 🎉",
    "Waiting for the part, arrives on Thursday.", "Could not reproduce it on our till.",
    "Steps:\n1. open the drawer\n2. scan the voucher\nThe discount is there twice.",
    "Obrigado pela rapidez!", "Price agreed, 10% less than the offer.", "ありがとうございました。",
  ]

  /// Whole titles.
  static let reminderTitles = [
    "Call back", "Bring spare printer", "Ask for the photo", "Send the offer",
    "Check the backup", "Renew certificate", "Team breakfast 🥐", "Visit before noon",
    "Read the contract", "Order till rolls",
  ]
}
