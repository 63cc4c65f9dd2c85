#include "kktsim_options.hpp"

#include "fiscal/ffd.hpp"
#include "fiscal/inn.hpp"
#include "fiscal/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace kktd::tool::kktsim {

namespace {

constexpr std::string_view help =
    R"(kktsim — имитация ККТ АТОЛ: протокол производителя на TCP или псевдотерминале.
Всё, что она делает, — ТЕСТ, не фискальный.

  kktsim --storage ФАЙЛ [--listen 127.0.0.1:ПОРТ | --pty ПУТЬ] [параметры]
  kktsim dump ФАЙЛ [--last] [--json]

  --protocol atol3|atol2   протокол нижнего уровня (atol3)
  --listen АДРЕС:ПОРТ      где слушать; порт 0 — любой свободный (127.0.0.1:5555)
  --pty ПУТЬ               псевдотерминал вместо TCP; ПУТЬ — ссылка на него
  --storage ФАЙЛ           фискальные документы, по строке JSON на документ
  --no-sync                не ждать диска после каждого документа
  --sync-answers           результат в ответе на задание, а не отдельным пакетом
  --faults ФАЙЛ            сценарий неисправностей; перечитывается при изменении
  --control ПУТЬ           сокет Unix, по которому неисправности задают на ходу
  --trace                  команды и ответы шестнадцатерично в stderr
  --vat-codes 1-6          коды ставок НДС, которые знает прошивка: 1-6 или 1-12
  --model 55F              модель: 11F 15F 20F 22F 25F 30F 50F 52F 55F 60F 77F 90F 91F 92F
  --ffd 1.05|1.1           версия ФФД (1.05)
  --inn --rnm --serial --fn --taxation osn,usn_income --site --address --user
                           с чем ККТ зарегистрирована
  --utc-offset +03:00      часы места, где ККТ стоит
  --report-time 800ms      сколько печатаются X- и Z-отчёт; 0s — нисколько

dump печатает чеки так, как их видит покупатель; --last — последний чек, --json —
строками JSON. Подробно: docs/kktsim.md
)";

struct Parsed {
    Serve serve;
    bool has_listen = false;
};

bool digits(std::string_view text, std::size_t from, std::size_t to) {
    return text.size() >= from && text.size() <= to &&
           text.find_first_not_of("0123456789") == text.npos;
}

template<class T>
std::optional<T> number(std::string_view text) {
    T value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    return error == std::errc() && end == text.end() ? std::optional(value) : std::nullopt;
}

fiscal::KktRegistration& registration(Parsed& parsed) {
    return parsed.serve.config.till.profile.registration;
}

bool take_listen(Parsed& parsed, const std::string& text) {
    const std::size_t colon = text.rfind(':');
    const auto port = colon == text.npos
                          ? std::nullopt
                          : number<std::uint16_t>(std::string_view(text).substr(colon + 1));
    if (!port) {
        return false;
    }
    parsed.serve.config.server.address = text.substr(0, colon);
    parsed.serve.config.server.port = *port;
    parsed.has_listen = true;
    return true;
}

/// "1-12", "1-6", "1,2,6".
bool take_vat_codes(Parsed& parsed, const std::string& text) {
    sim::atol::VatCodes codes;
    std::string_view rest = text;
    while (true) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const std::string_view range = rest.substr(0, comma);
        const std::size_t dash = std::min(range.find('-'), range.size());
        const auto first = number<std::size_t>(range.substr(0, dash));
        const auto last =
            dash == range.size() ? first : number<std::size_t>(range.substr(dash + 1));
        if (!first || !last || *first < 1 || *last >= codes.size() || *first > *last) {
            return false;
        }
        for (std::size_t code = *first; code <= *last; ++code) {
            codes.set(code);
        }
        if (comma == rest.size()) {
            parsed.serve.config.device.vat_codes = codes;
            return true;
        }
        rest.remove_prefix(comma + 1);
    }
}

bool take_taxation(Parsed& parsed, const std::string& text) {
    std::uint8_t mask = 0;
    std::string_view rest = text;
    while (true) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const auto taxation = fiscal::taxation_by_name(rest.substr(0, comma));
        if (!taxation) {
            return false;
        }
        mask |= static_cast<std::uint8_t>(*taxation);
        if (comma == rest.size()) {
            registration(parsed).taxations.mask = mask;
            return true;
        }
        rest.remove_prefix(comma + 1);
    }
}

struct Model {
    std::string_view name;
    std::uint8_t number;
    std::string_view title;
};
constexpr auto models = std::to_array<Model>({
    {"11F", 67, "АТОЛ 11Ф"},
    {"15F", 78, "АТОЛ 15Ф"},
    {"20F", 81, "АТОЛ 20Ф"},
    {"22F", 63, "АТОЛ 22ПТК"},
    {"25F", 57, "АТОЛ 25Ф"},
    {"30F", 61, "АТОЛ 30Ф"},
    {"50F", 80, "АТОЛ 50Ф"},
    {"52F", 64, "АТОЛ 52Ф"},
    {"55F", 62, "АТОЛ 55Ф"},
    {"60F", 75, "АТОЛ 60Ф"},
    {"77F", 69, "АТОЛ 77Ф"},
    {"90F", 72, "АТОЛ 90Ф"},
    {"91F", 82, "АТОЛ 91Ф"},
    {"92F", 84, "АТОЛ 92Ф"},
});

bool take_model(Parsed& parsed, const std::string& text) {
    const auto found = std::ranges::find(models, text, &Model::name);
    if (found == models.end()) {
        return false;
    }
    parsed.serve.config.device.model = found->number;
    parsed.serve.config.device.model_name = found->title;
    registration(parsed).model = found->title;
    return true;
}

/// "+03:00".
bool take_utc_offset(Parsed& parsed, const std::string& text) {
    constexpr std::size_t size = 6;
    if (text.size() != size || (text[0] != '+' && text[0] != '-') || text[3] != ':') {
        return false;
    }
    const auto hours = number<unsigned>(std::string_view(text).substr(1, 2));
    const auto minutes = number<unsigned>(std::string_view(text).substr(4, 2));
    if (!hours || !minutes || *hours > 14 || *minutes > 59) {
        return false;
    }
    const std::chrono::seconds offset(*hours * 3600 + *minutes * 60);
    parsed.serve.config.till.utc_offset = text[0] == '-' ? -offset : offset;
    return true;
}

/// "800ms", "5s".
bool take_report_time(Parsed& parsed, const std::string& text) {
    const auto time = sim::parse_duration(text);
    parsed.serve.config.device.report_time = time.value_or(std::chrono::milliseconds(0));
    return time && time->count() >= 0;
}

/// Fits a tag: CP866, not too long.
bool take_text(std::string& target, const std::string& text) {
    constexpr std::size_t longest = 200; // 1048 with the mark of a test, 1009, 1187
    target = text;
    return !text.empty() && fiscal::to_cp866(text) && fiscal::text_length(text) <= longest;
}

struct Option {
    std::string_view name;
    std::string_view values; ///< Russian: what it may be
    bool (*take)(Parsed&, const std::string&);
};

constexpr auto options = std::to_array<Option>({
    {"--protocol", "atol3 или atol2",
     [](Parsed& parsed, const std::string& text) {
         parsed.serve.config.protocol =
             text == "atol2" ? sim::Protocol::atol2 : sim::Protocol::atol3;
         return text == "atol2" || text == "atol3";
     }},
    {"--listen", "адрес и порт, например 127.0.0.1:5555", take_listen},
    {"--pty", "путь ссылки на терминал",
     [](Parsed& parsed, const std::string& text) {
         parsed.serve.config.server.pty = text;
         return !text.empty();
     }},
    {"--storage", "путь файла",
     [](Parsed& parsed, const std::string& text) {
         parsed.serve.config.till.storage = text;
         return !text.empty();
     }},
    {"--faults", "путь файла",
     [](Parsed& parsed, const std::string& text) {
         parsed.serve.config.faults = text;
         return !text.empty();
     }},
    {"--control", "путь сокета",
     [](Parsed& parsed, const std::string& text) {
         parsed.serve.config.server.control = text;
         return !text.empty();
     }},
    {"--vat-codes", "коды от 1 до 12, например 1-6 или 1-12", take_vat_codes},
    {"--model", "модель из списка kktsim --help", take_model},
    {"--ffd", "1.05 или 1.1",
     [](Parsed& parsed, const std::string& text) {
         registration(parsed).ffd = text == "1.1" ? fiscal::ffd_1_1 : fiscal::ffd_1_05;
         return text == "1.05" || text == "1.1";
     }},
    {"--inn", "ИНН с верными контрольными цифрами",
     [](Parsed& parsed, const std::string& text) {
         registration(parsed).identity.inn = text;
         return fiscal::valid_inn(text);
     }},
    {"--rnm", "16 цифр",
     [](Parsed& parsed, const std::string& text) {
         registration(parsed).identity.rnm = text;
         return digits(text, 16, 16);
     }},
    {"--serial", "от 1 до 14 цифр",
     [](Parsed& parsed, const std::string& text) {
         registration(parsed).identity.serial = text;
         return digits(text, 1, 14);
     }},
    {"--fn", "16 цифр",
     [](Parsed& parsed, const std::string& text) {
         registration(parsed).identity.fn = text;
         return digits(text, 16, 16);
     }},
    {"--taxation", "системы через запятую: osn, usn_income, usn_income_outcome, esn, patent",
     take_taxation},
    {"--site", "адрес сайта",
     [](Parsed& parsed, const std::string& text) {
         return take_text(registration(parsed).place, text);
     }},
    {"--address", "адрес расчётов",
     [](Parsed& parsed, const std::string& text) {
         return take_text(registration(parsed).address, text);
     }},
    {"--user", "наименование пользователя",
     [](Parsed& parsed, const std::string& text) {
         return take_text(registration(parsed).user, text);
     }},
    {"--utc-offset", "смещение, например +03:00", take_utc_offset},
    {"--report-time", "время, например 800ms или 5s", take_report_time},
});

Options parse_dump(const std::vector<std::string>& arguments) {
    Dump dump;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        if (arguments[i] == "--last") {
            dump.last = true;
        } else if (arguments[i] == "--json") {
            dump.json = true;
        } else if (arguments[i].starts_with("--") || !dump.file.empty()) {
            return BadUsage{"dump: лишнее слово «" + arguments[i] + "»"};
        } else {
            dump.file = arguments[i];
        }
    }
    return dump.file.empty() ? Options(BadUsage{"dump: нужен файл"}) : dump;
}

Parsed defaults() {
    Parsed parsed;
    constexpr std::uint16_t usual_port = 5555;
    parsed.serve.config.server.port = usual_port;
    // A client that asks every 500 ms (reference) sees each state of a Z report once.
    parsed.serve.config.device.report_time = std::chrono::milliseconds(800);
    auto& profile = parsed.serve.config.till.profile;
    // Tests make more documents than a real fiscal storage holds.
    profile.fn_capacity = std::numeric_limits<std::uint32_t>::max();
    profile.registration.ffd = fiscal::ffd_1_05;
    profile.registration.identity.serial = "00106000123456";
    profile.registration.firmware = "3.0.7820";
    profile.registration.model = parsed.serve.config.device.model_name;
    return parsed;
}

} // namespace

std::string_view help_text() {
    return help;
}

Options parse_options(const std::vector<std::string>& arguments) {
    if (arguments.empty()) {
        return BadUsage{"нужен --storage или dump"};
    }
    if (arguments.front() == "--help" || arguments.front() == "-h") {
        return WantsHelp{};
    }
    if (arguments.front() == "dump") {
        return parse_dump(arguments);
    }
    Parsed parsed = defaults();
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& name = arguments[i];
        if (name == "--sync-answers") {
            parsed.serve.config.sync_answers = true;
            continue;
        }
        if (name == "--no-sync") {
            parsed.serve.config.till.sync = false;
            continue;
        }
        if (name == "--trace") {
            parsed.serve.config.trace = true;
            continue;
        }
        const auto option = std::ranges::find(options, name, &Option::name);
        if (option == options.end()) {
            return BadUsage{"нет параметра «" + name + "»"};
        }
        if (++i >= arguments.size() || !option->take(parsed, arguments[i])) {
            return BadUsage{name + ": нужно значение: " + std::string(option->values)};
        }
    }
    if (parsed.serve.config.till.storage.empty()) {
        return BadUsage{"нужен --storage ФАЙЛ: в нём останутся фискальные документы"};
    }
    if (parsed.has_listen && !parsed.serve.config.server.pty.empty()) {
        return BadUsage{"--listen и --pty вместе не бывают"};
    }
    return parsed.serve;
}

} // namespace kktd::tool::kktsim
