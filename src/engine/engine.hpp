// Engine: the meeting place of receipts, journal and KKT. The front hands it submissions;
// executors, one thread per KKT, bring them to an outcome. All functions are thread-safe and none
// waits for a device or for fsync, except start(), stop() and the operator's calls where said.
#pragma once

#include "engine/kkt_config.hpp"
#include "engine/kkt_order.hpp"
#include "engine/snapshot.hpp"
#include "fiscal/draft.hpp"
#include "fiscal/standing.hpp"
#include "fiscal/violation.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kktd::base {
class Clock;
}
namespace kktd::journal {
class Store;
}

namespace kktd::engine {

/// One request to register a receipt, as a dialect understood it.
struct Submission {
    fiscal::Draft draft;
    fiscal::Violations violations;     ///< the dialect's own findings; compile() adds the law's
    fiscal::Warnings warnings;         ///< the dialect's: unknown keys …
    std::string idempotency_key;       ///< header; empty if none
    std::string kkt;                   ///< the request's choice; empty if none
    std::string inn;                   ///< the request's choice; empty if none
    std::string kkt_of_path;           ///< fastcgi_param KKTD_KKT; empty if none
    bool test = false;                 ///< rehearse, whatever the KKT's configuration says
    bool answer_when_accepted = false; ///< 202 as soon as durable, do not wait for the KKT
    std::string request;               ///< body as received
    std::string request_id;
};

/// Called exactly once, on a thread of the engine or journal; must not block.
using Waiter = std::function<void(fiscal::Reply)>;
using WaiterId = std::uint64_t;

/// An operator's decision about an unknown document.
enum class Resolution : std::uint8_t {
    registered,     ///< it is in the fiscal storage: done, with the FD number the operator read
    not_registered, ///< it is not: refused, the caller may send it again
    again,          ///< it is not: register it now
};

/// What an operator's call did: a Russian line for him, and whether it was done.
struct OperatorAnswer {
    bool done = false;
    std::string text;
};

class Engine {
public:
    Engine(std::vector<KktConfig> kkts, EngineConfig config, journal::Store& store,
           const base::Clock& clock);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Reads what the journal owes, starts the executors. Does not wait for any KKT.
    void start();
    /// Finishes the document at work (it has an intent), starts no other. Blocks until then. New
    /// submissions get NotAccepting from now on; stored answers are still given.
    void stop();

    /// Either answers at once, or returns nothing and calls `waiter` later. `id` names the waiter
    /// for leave().
    [[nodiscard]] std::optional<fiscal::Reply> submit(Submission&& submission, Waiter waiter,
                                                      WaiterId& id);
    /// The answer deadline has come: takes the waiter back and returns what is known (accepted), or
    /// nothing if the waiter is being called, or the receipt is not yet durable.
    [[nodiscard]] std::optional<fiscal::Reply> leave(WaiterId id);

    /// These three throw std::runtime_error if the journal cannot be read: that is no empty answer.
    [[nodiscard]] std::optional<fiscal::Standing> find(std::string_view id) const;
    [[nodiscard]] std::vector<fiscal::Standing>
    find_number(std::string_view number, std::optional<fiscal::Date> date,
                std::optional<fiscal::ReceiptKind> kind) const;
    [[nodiscard]] std::vector<fiscal::Standing> unknown() const;

    /// Takes an accepted receipt without intent back. Blocks for one journal write.
    [[nodiscard]] OperatorAnswer withdraw(std::string_view id);
    /// Blocks for one journal write.
    [[nodiscard]] OperatorAnswer resolve(std::string_view id, Resolution resolution,
                                         std::uint32_t fd);
    /// Binds a KKT to the identity seen now. Blocks for one journal write.
    [[nodiscard]] OperatorAnswer accept_kkt(std::string_view kkt);
    /// Has a KKT do it between two receipts, and notes in the journal who wanted what and what
    /// became of it. Blocks for half a minute until it is its turn, then until the KKT has done it:
    /// at most for `document_deadline` and some questions.
    [[nodiscard]] OperatorAnswer carry_out(const KktOrder& order);

    [[nodiscard]] Snapshot snapshot() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace kktd::engine
