#include "engine/journal_replies.hpp"

namespace kktd::engine {

namespace {

using fiscal::NotAccepting;

constexpr int retry_after_seconds = 30;

} // namespace

NotAccepting journal_failed(bool test) {
    return {NotAccepting::Why::journal,
            "журнал чеков не записывается, чек не принят: сообщите администратору",
            retry_after_seconds, test};
}

NotAccepting journal_doubt(bool test) {
    return {NotAccepting::Why::journal_doubt,
            "запись журнала не подтвердилась: сообщите администратору", retry_after_seconds, test};
}

NotAccepting journal_damaged(bool test) {
    return {NotAccepting::Why::journal,
            "прежний чек с этим номером в журнале не читается: сообщите администратору",
            retry_after_seconds, test};
}

} // namespace kktd::engine
