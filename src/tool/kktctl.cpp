#include "kktctl.hpp"

#include "kktctl_client.hpp"
#include "kktctl_drivers.hpp"
#include "kktctl_import.hpp"
#include "kktctl_options.hpp"
#include "kktctl_probe.hpp"
#include "kktctl_tell.hpp"
#include "kktctl_version.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cerrno>
#include <ostream>
#include <system_error>
#include <variant>

namespace kktd::tool {

namespace {

namespace json = boost::json;

int tell_unreachable(const std::string& socket, Unreachable why, std::ostream& err) {
    if (why.error == 0) {
        err << "kktctl: kktd не ответил через " << socket
            << "\nПроверьте, не завис ли он: systemctl status kktd, journalctl -u kktd\n";
        return exit_unreachable;
    }
    err << "kktctl: kktd недоступен: " << socket << ": "
        << std::generic_category().message(why.error) << "\n";
    if (why.error == EACCES || why.error == EPERM) {
        err << "Нет прав на сокет: запустите от имени пользователя kktd или root (sudo).\n";
    } else {
        err << "Проверьте:\n"
               "  – запущен ли kktd: systemctl status kktd;\n"
               "  – та ли папка состояния: --state-dir, то же, что state_dir в настройках kktd.\n";
    }
    return exit_unreachable;
}

const json::array& receipts_of(const json::object& answer) {
    static const json::array nothing;
    const json::value* value = answer.if_contains("receipts");
    return value && value->is_array() ? value->get_array() : nothing;
}

std::string text_of(const json::object& answer) {
    const json::value* value = answer.if_contains("text");
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string tell(const json::object& answer, Telling telling) {
    switch (telling) {
    case Telling::status:
        if (const json::value* status = answer.if_contains("status");
            status && status->is_object()) {
            return tell_status(status->get_object());
        }
        break;
    case Telling::receipts:
        return tell_receipts(receipts_of(answer));
    case Telling::unknown:
        return tell_unknown(receipts_of(answer));
    case Telling::decision:
        break;
    }
    return text_of(answer) + "\n";
}

int carry_out(const Order& order, std::ostream& out, std::ostream& err) {
    const auto reply = ask(order.socket, json::serialize(order.command),
                           order.waits_for_kkt ? kkt_answer_limit : answer_limit);
    if (const auto* why = std::get_if<Unreachable>(&reply)) {
        return tell_unreachable(order.socket, *why, err);
    }
    const std::string& line = std::get<std::string>(reply);
    json::error_code error;
    const json::value parsed = json::parse(line, error);
    if (error || !parsed.is_object()) {
        err << "kktctl: ответ не понят, по адресу " << order.socket << " отвечает не kktd\n";
        return exit_unreachable;
    }
    const json::object& answer = parsed.get_object();
    const json::value* done_value = answer.if_contains("done");
    const bool done = done_value && done_value->is_bool() && done_value->get_bool();
    if (order.json) {
        out << line << "\n";
    } else if (done) {
        out << tell(answer, order.telling);
    } else {
        err << "kktctl: не сделано: " << text_of(answer) << "\n";
    }
    return done ? exit_done : exit_not_done;
}

} // namespace

int run_kktctl(const std::vector<std::string>& arguments, std::string_view state_dir,
               std::ostream& out, std::ostream& err, std::string_view invoker) {
    Options options = parse_options(arguments, state_dir);
    if (const auto* bad = std::get_if<BadUsage>(&options)) {
        err << "kktctl: " << bad->text << "\nПодсказка: kktctl --help\n";
        return exit_usage;
    }
    if (std::holds_alternative<WantsHelp>(options)) {
        out << help_text();
        return exit_done;
    }
    if (std::holds_alternative<WantsVersion>(options)) {
        out << "kktctl " << version << "\n";
        return exit_done;
    }
    if (const auto* list = std::get_if<ListDrivers>(&options)) {
        out << (list->json ? drivers_json() : drivers_text());
        return exit_done;
    }
    if (const auto* probe = std::get_if<Probe>(&options)) {
        return run_probe(*probe, out, err);
    }
    if (const auto* import = std::get_if<ImportConf>(&options)) {
        return run_import_conf(*import, out, err);
    }
    Order& order = std::get<Order>(options);
    if (order.waits_for_kkt && !invoker.empty()) {
        order.command["invoker"] = invoker;
    }
    return carry_out(order, out, err);
}

} // namespace kktd::tool
