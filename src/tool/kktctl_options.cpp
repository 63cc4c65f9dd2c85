#include "kktctl_options.hpp"

#include "fiscal/money.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace kktd::tool {

namespace {

constexpr std::string_view default_state_dir = "/var/lib/kktd";
constexpr std::string_view socket_name = "/control.sock";

/// Options that have a value, and those that stand alone.
const std::set<std::string_view> with_value{"--state-dir", "--socket", "--number",
                                            "--date",      "--fd",     "--output"};
const std::set<std::string_view> alone{"--json",       "--help",           "-h",      "--version",
                                       "--registered", "--not-registered", "--again", "--vat"};

/// What a KKT is to do, as the operator and as the socket call it.
struct TaskWord {
    std::string_view name;
    std::string_view command;
    bool with_sum = false;
};
constexpr std::array task_words{
    TaskWord{"x-report", "x_report"},     TaskWord{"z-report", "z_report"},
    TaskWord{"cash-in", "cash_in", true}, TaskWord{"cash-out", "cash_out", true},
    TaskWord{"reprint", "reprint"},       TaskWord{"continue-print", "continue_print"},
};

/// The command line taken apart, before anybody asks what it means. Options are taken off as they
/// are understood; what is left over is an error.
struct Words {
    std::vector<std::string> plain; ///< the command and its operands
    std::map<std::string, std::string, std::less<>> options;

    std::optional<std::string> take(std::string_view name) {
        const auto found = options.find(name);
        if (found == options.end()) {
            return std::nullopt;
        }
        std::string value = std::move(found->second);
        options.erase(found);
        return value;
    }
};

std::variant<Words, BadUsage> split(const std::vector<std::string>& arguments) {
    Words words;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        if (argument.empty() || argument.front() != '-') {
            words.plain.push_back(argument);
            continue;
        }
        const std::size_t equals = argument.find('=');
        const std::string name = argument.substr(0, equals);
        std::string value;
        if (with_value.contains(name)) {
            if (equals != argument.npos) {
                value = argument.substr(equals + 1);
            } else if (++i < arguments.size()) {
                value = arguments[i];
            }
            if (value.empty()) {
                return BadUsage{"после " + name + " нужно значение"};
            }
        } else if (!alone.contains(argument)) {
            return BadUsage{"нет такого ключа: " + argument};
        }
        if (!words.options.emplace(name, std::move(value)).second) {
            return BadUsage{"ключ " + name + " указан дважды"};
        }
    }
    return words;
}

/// Either the command to send, or what is wrong.
using Command = std::variant<boost::json::object, BadUsage>;

Command receipt_command(Words& words) {
    const auto number = words.take("--number");
    const auto date = words.take("--date");
    if (words.plain.size() == 2 && !number && !date) {
        return boost::json::object{{"command", "receipt"}, {"id", words.plain[1]}};
    }
    if (words.plain.size() != 1 || !number) {
        return BadUsage{"укажите чек: kktctl receipt ID или kktctl receipt --number N [--date D]"};
    }
    boost::json::object command{{"command", "receipt"}, {"number", *number}};
    if (date) {
        command["date"] = *date;
    }
    return command;
}

Command resolve_command(Words& words) {
    const bool registered = words.take("--registered").has_value();
    const bool not_registered = words.take("--not-registered").has_value();
    const bool again = words.take("--again").has_value();
    const auto fd_text = words.take("--fd");
    if (words.plain.size() != 2) {
        return BadUsage{"укажите чек: kktctl resolve ID …; список даёт kktctl unknown"};
    }
    if (int{registered} + int{not_registered} + int{again} != 1) {
        return BadUsage{"укажите одно решение: --registered --fd N, --not-registered или --again"};
    }
    boost::json::object command{{"command", "resolve"}, {"id", words.plain[1]}};
    if (registered) {
        std::uint32_t fd = 0;
        const char* end = fd_text ? fd_text->data() + fd_text->size() : nullptr;
        if (!fd_text || std::from_chars(fd_text->data(), end, fd).ptr != end || fd == 0) {
            return BadUsage{"вместе с --registered нужен --fd N: номер фискального документа (ФД) "
                            "с чека или из ОФД"};
        }
        command["decision"] = "registered";
        command["fd"] = fd;
    } else if (fd_text) {
        return BadUsage{"--fd бывает только вместе с --registered"};
    } else {
        command["decision"] = again ? "again" : "not_registered";
    }
    return command;
}

/// A command with exactly one operand.
Command command_with(const Words& words, const char* name, const char* key, const char* usage) {
    if (words.plain.size() != 2) {
        return BadUsage{usage};
    }
    return boost::json::object{{"command", name}, {key, words.plain[1]}};
}

Command command_without(const Words& words, const char* name) {
    if (words.plain.size() != 1) {
        return BadUsage{"лишнее слово: " + words.plain[1]};
    }
    return boost::json::object{{"command", name}};
}

/// `x-report [KKT]`, `cash-in SUM [KKT]`.
Command task_command(const Words& words, const TaskWord& task) {
    boost::json::object command{{"command", task.command}};
    std::size_t next = 1;
    if (task.with_sum) {
        const std::string text = words.plain.size() > next ? words.plain[next++] : std::string();
        const auto digits = fiscal::Number::parse(text);
        const auto sum = digits
                             ? fiscal::Money::exact(*digits)
                             : fiscal::Result<fiscal::Money, fiscal::NumberError>(digits.error());
        if (!sum || sum->kopecks() == 0) {
            return BadUsage{"укажите сумму в рублях: kktctl " + std::string(task.name) +
                            " 500.00 [KKT]"};
        }
        command["sum"] = sum->text();
    }
    if (words.plain.size() > next) {
        command["kkt"] = words.plain[next++];
    }
    if (words.plain.size() > next) {
        return BadUsage{"лишнее слово: " + words.plain[next]};
    }
    return command;
}

/// The path of the control socket.
std::variant<std::string, BadUsage> socket_of(Words& words, std::string_view of_environment) {
    const auto state_dir = words.take("--state-dir");
    auto socket = words.take("--socket");
    if (state_dir && socket) {
        return BadUsage{"--state-dir и --socket вместе не бывают"};
    }
    if (socket) {
        return std::move(*socket);
    }
    const std::string folder = state_dir                 ? *state_dir
                               : !of_environment.empty() ? std::string(of_environment)
                                                         : std::string(default_state_dir);
    return folder + std::string(socket_name);
}

Options probe_options(Words& words, bool json, std::string socket) {
    if (words.plain.size() != 2) {
        return BadUsage{"укажите устройство: kktctl probe atol+tcp://192.168.1.10:5555; какие "
                        "бывают, показывает kktctl drivers"};
    }
    return Probe{.uri = words.plain[1],
                 .socket = std::move(socket),
                 .vat = words.take("--vat").has_value(),
                 .json = json};
}

Options import_options(Words& words) {
    if (words.plain.size() != 2) {
        return BadUsage{"укажите файл: kktctl import-conf conf.py [--output kktd.json]"};
    }
    return ImportConf{.file = words.plain[1], .output = words.take("--output").value_or("")};
}

/// A command of a running kktd.
Options order_of(Words& words, bool json, std::string socket) {
    Order order;
    order.socket = std::move(socket);
    order.json = json;
    order.telling = Telling::decision;
    const std::string& name = words.plain[0];
    Command command = BadUsage{"нет такой команды: " + name};
    if (name == "status") {
        order.telling = Telling::status;
        command = command_without(words, "status");
    } else if (name == "receipt") {
        order.telling = Telling::receipts;
        command = receipt_command(words);
    } else if (name == "unknown") {
        order.telling = Telling::unknown;
        command = command_without(words, "unknown");
    } else if (name == "resolve") {
        order.waits_for_kkt = true;
        command = resolve_command(words);
    } else if (name == "accept-kkt") {
        order.waits_for_kkt = true;
        command = command_with(words, "accept_kkt", "kkt",
                               "укажите ККТ: kktctl accept-kkt KKT; имена показывает kktctl "
                               "status");
    } else if (name == "withdraw") {
        command = command_with(words, "withdraw", "id", "укажите чек: kktctl withdraw ID");
    } else if (const auto task = std::ranges::find(task_words, name, &TaskWord::name);
               task != task_words.end()) {
        order.waits_for_kkt = true;
        command = task_command(words, *task);
    }
    if (auto* bad = std::get_if<BadUsage>(&command)) {
        return std::move(*bad);
    }
    order.command = std::get<boost::json::object>(std::move(command));
    return order;
}

Options options_of(Words& words, bool json, std::string socket) {
    const std::string& name = words.plain[0];
    if (name == "drivers") {
        if (words.plain.size() != 1) {
            return BadUsage{"лишнее слово: " + words.plain[1]};
        }
        return ListDrivers{json};
    }
    if (name == "probe") {
        return probe_options(words, json, std::move(socket));
    }
    if (name == "import-conf") {
        return import_options(words);
    }
    return order_of(words, json, std::move(socket));
}

} // namespace

Options parse_options(const std::vector<std::string>& arguments,
                      std::string_view state_dir_of_environment) {
    auto taken_apart = split(arguments);
    if (auto* bad = std::get_if<BadUsage>(&taken_apart)) {
        return std::move(*bad);
    }
    Words& words = std::get<Words>(taken_apart);
    if (words.take("--help") || words.take("-h")) {
        return WantsHelp{};
    }
    if (words.take("--version")) {
        return WantsVersion{};
    }
    const bool json = words.take("--json").has_value();
    auto socket = socket_of(words, state_dir_of_environment);
    if (auto* bad = std::get_if<BadUsage>(&socket)) {
        return std::move(*bad);
    }
    if (words.plain.empty()) {
        return BadUsage{"не указана команда"};
    }
    const std::string name = words.plain[0];
    auto options = options_of(words, json, std::get<std::string>(std::move(socket)));
    if (!std::holds_alternative<BadUsage>(options) && !words.options.empty()) {
        return BadUsage{"ключ " + words.options.begin()->first + " не подходит к команде " + name};
    }
    return options;
}

std::string_view help_text() {
    return R"(kktctl – управление kktd и его ККТ

Вызов: kktctl [--state-dir ПАПКА | --socket ПУТЬ] [--json] КОМАНДА

Команды работающему kktd:
  status                         состояние: ККТ, смена, ФН, ОФД, очередь
  receipt ID                     один чек
  receipt --number N [--date D]  чеки по номеру документа (дата 06.10.2017 или 2017-10-06)
  unknown                        чеки, о которых неизвестно, зарегистрированы ли они
  resolve ID --registered --fd N     решить: чек есть в ФН под номером ФД N
  resolve ID --not-registered        решить: чека нет, отправитель может повторить
  resolve ID --again                 решить: чека нет, зарегистрировать его сейчас
  accept-kkt KKT                 признать заменённую ККТ или ФН
  withdraw ID                    отозвать принятый чек, пока его регистрация не началась

На ККТ, между чеками (KKT можно не указывать, если она одна):
  x-report [KKT]                 X-отчёт (без гашения)
  z-report [KKT]                 закрыть смену (Z-отчёт)
  cash-in СУММА [KKT]            внести наличные, например 500.00
  cash-out СУММА [KKT]           выплатить наличные
  reprint [KKT]                  напечатать копию последнего документа
  continue-print [KKT]           допечатать прерванный документ

Без kktd:
  drivers                        драйверы ККТ и что они умеют
  probe URI [--vat]              опросить ККТ, ничего на ней не меняя; --vat: подобрать коды
                                 ставок НДС (пробный чек отменяется)
  import-conf conf.py [--output ФАЙЛ]  сделать kktd.json из настроек службы 2017 года

Ключи:
  --state-dir ПАПКА  папка состояния kktd; иначе KKTD_STATE_DIR, иначе /var/lib/kktd
  --socket ПУТЬ      сокет управления, если он не в папке состояния
  --json             ответ для программ
  --help, --version

Коды выхода: 0 сделано, 1 не сделано, 64 ошибка в вызове, 69 kktd недоступен.
)";
}

} // namespace kktd::tool
