// What becomes of a receipt after an attempt that the KKT did not have: with a real journal and the
// test driver.
#include "../fiscal/sample_documents.hpp"
#include "driver/registry.hpp"
#include "eventually.hpp"
#include "house.hpp"
#include "post.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <thread>

using namespace kktd;
using fiscal::ReceiptState;
using tests::eventually;
using tests::House;
using tests::patience;
using tests::post;

namespace {

/// A receipt whose only attempt the KKT did not have when it was asked; it waits for paper.
struct AbsentReceipt {
    House house;
    std::string id;
    fiscal::Marker marker; ///< of that attempt

    AbsentReceipt() {
        BOOST_REQUIRE(house.ask(post("A-0")).status == 200); // opens the shift
        house.set_faults("lose_answer=before mute=1");
        const auto answer = house.ask(post("A-1"), true);
        id = std::string(boost::json::parse(answer.body).at("id").as_string());
        marker = goes_absent();
        BOOST_REQUIRE(house.receipts() == 1U);
    }

    /// The attempt at work is asked about in vain, and then found absent: its marker.
    fiscal::Marker goes_absent() {
        BOOST_REQUIRE(eventually([&] { return house.engine().find(id)->working; }));
        const auto open = house.journal().open_intents("main");
        BOOST_REQUIRE((open && open->size() == 1));
        house.set_faults("paper=out");
        BOOST_REQUIRE(eventually([&] {
            const auto fault = house.engine().snapshot().kkt[0].fault;
            return !house.engine().find(id)->working && fault &&
                   fault->cls() == fiscal::FaultClass::paper;
        }));
        return open->front().marker;
    }

    /// The KKT makes a receipt while kktd is down; `stamp`: that of ours, or none.
    void make(const std::string& stamp) const {
        const auto uri = driver::DeviceUri::parse("test:?storage=" + house.storage());
        auto kkt = driver::find_driver("test")->create(*uri, {.clock = house.clock});
        BOOST_REQUIRE(kkt.has_value());
        fiscal::Document document;
        document.items = {fiscal::sample::item("Книга", fiscal::Money(10'000),
                                               fiscal::Quantity::units(1), fiscal::VatRate::vat10)};
        document.stamp = stamp;
        const fiscal::Register task{fiscal::sample::paid(std::move(document))};
        const auto soon = std::chrono::steady_clock::now() + patience;
        const auto state = (*kkt)->state(soon);
        BOOST_REQUIRE(state.has_value());
        auto as_it_is = fiscal::marker_of(task);
        as_it_is.fn = state->identity.fn;
        as_it_is.last_fd = state->last_fd;
        BOOST_REQUIRE(std::holds_alternative<fiscal::Done>((*kkt)->perform(task, as_it_is, soon)));
    }

    /// The same, with our stamp; after that the link is down.
    void make_and_hang_up() {
        house.restart([&] {
            make(marker.stamp);
            house.set_faults("link=down");
        });
        BOOST_REQUIRE(eventually([&] {
            const auto fault = house.engine().snapshot().kkt[0].fault;
            return fault && fault->cls() == fiscal::FaultClass::link;
        }));
    }

    void is_found_when_sent_again() {
        house.set_faults("");
        BOOST_TEST(house.ask(post("A-1")).status == 200);
        BOOST_TEST((house.engine().find(id)->state == ReceiptState::done));
        BOOST_TEST(house.engine().find(id)->attempt == 2);
        BOOST_TEST(house.engine().find(id)->registration->fd == marker.last_fd + 1);
        BOOST_TEST(house.receipts() == 2U);
    }

    [[nodiscard]] bool ends_as(ReceiptState state) {
        return eventually([&] { return house.engine().find(id)->state == state; });
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(recovery_tests)

/// It was certainly not there when the KKT was asked; then the KKT has ended it by itself.
BOOST_FIXTURE_TEST_CASE(a_receipt_the_kkt_makes_late_is_not_made_again, AbsentReceipt) {
    house.restart([&] {
        make(marker.stamp);
        house.set_faults("");
    });
    BOOST_TEST(ends_as(ReceiptState::done));
    BOOST_TEST(house.receipts() == 2U);
    BOOST_TEST(house.engine().find(id)->registration->fd == marker.last_fd + 1);
    BOOST_TEST(!house.engine().snapshot().kkt[0].fault); // told at once, not at the next look
    BOOST_TEST(house.ask(post("A-2")).status == 200);
}

BOOST_FIXTURE_TEST_CASE(somebody_elses_receipt_since_costs_one_question, AbsentReceipt) {
    house.restart([&] {
        make("");
        house.set_faults("paper=out");
    });
    // An equal receipt without a stamp, which this driver never drops: certainly not ours.
    BOOST_TEST(eventually([&] { return house.intents() == 1U; }));
    house.set_faults("");
    BOOST_TEST(ends_as(ReceiptState::done));
    BOOST_TEST(house.receipts() == 3U);
    BOOST_TEST(house.intents() == 2U); // the question, the receipt
}

BOOST_FIXTURE_TEST_CASE(without_a_document_since_nothing_is_asked, AbsentReceipt) {
    house.restart([&] { house.set_faults(""); });
    BOOST_TEST(ends_as(ReceiptState::done));
    BOOST_TEST(house.receipts() == 2U);
    BOOST_TEST(house.intents() == 1U);
}

/// kktd dies over the question: its intent is open.
BOOST_FIXTURE_TEST_CASE(the_question_outlives_kktd, AbsentReceipt) {
    house.restart([&] {
        make(marker.stamp);
        house.set_faults("mute=1 paper=out");
    });
    BOOST_TEST(eventually([&] { return house.engine().find(id)->working; }));
    house.restart([&] { house.set_faults(""); });
    BOOST_TEST(ends_as(ReceiptState::done));
    BOOST_TEST(house.receipts() == 2U);
    BOOST_TEST(house.intents() == 0U);
}

/// Nobody can tell what the lost storage got meanwhile. What the operator has decided holds.
BOOST_FIXTURE_TEST_CASE(another_storage_since_is_for_an_operator, AbsentReceipt) {
    house.set_device_options("&fn=9999078900099999");
    house.restart([&] { house.set_faults(""); });
    BOOST_TEST(eventually([&] { return house.engine().accept_kkt("main").done; }));
    BOOST_TEST(ends_as(ReceiptState::unknown));
    house.set_faults("paper=out");
    BOOST_TEST(house.engine().resolve(id, engine::Resolution::again, 0).done);
    house.restart([&] { house.set_faults(""); });
    BOOST_TEST(ends_as(ReceiptState::done));
}

/// The end of a receipt without a document asks nothing; whoever sends it again does.
BOOST_FIXTURE_TEST_CASE(given_up_and_made_late_is_not_made_again, AbsentReceipt) {
    make_and_hang_up();
    house.clock.advance(73 * 3600);
    BOOST_TEST(ends_as(ReceiptState::refused));
    is_found_when_sent_again();
}

BOOST_FIXTURE_TEST_CASE(withdrawn_and_made_late_is_not_made_again, AbsentReceipt) {
    make_and_hang_up();
    BOOST_TEST(house.engine().withdraw(id).done);
    is_found_when_sent_again();
}

/// A receipt that is claimed while the KKT is idle gets no intent with its claim, either.
BOOST_FIXTURE_TEST_CASE(an_idle_kkt_is_asked_about_a_withdrawn_attempt, AbsentReceipt) {
    BOOST_TEST(house.engine().withdraw(id).done);
    house.restart([&] {
        make(marker.stamp);
        house.set_faults("");
    });
    for (int i = 0; house.journal().claimed_intents() == 0 && i < 100; ++i) {
        BOOST_TEST(house.ask(post("B-" + std::to_string(i))).status == 200);
    }
    BOOST_REQUIRE(house.journal().claimed_intents() > 0U); // the KKT is idle indeed
    const auto claimed = house.journal().claimed_intents();
    const auto made = house.receipts();
    BOOST_TEST(house.ask(post("A-1")).status == 200);
    BOOST_TEST((house.engine().find(id)->state == ReceiptState::done));
    BOOST_TEST(house.engine().find(id)->registration->fd == marker.last_fd + 1);
    BOOST_TEST(house.receipts() == made);
    // The store was offered an intent with the claim, at most, and has not written it.
    BOOST_TEST(house.journal().claimed_intents() <= claimed + 1);
}

/// The journal tells of the attempts before the claim that waits, after a restart as well.
BOOST_FIXTURE_TEST_CASE(attempts_before_a_withdrawal_outlive_kktd, AbsentReceipt) {
    BOOST_TEST(house.engine().withdraw(id).done);
    BOOST_TEST(house.ask(post("A-1"), true).status == 202);
    BOOST_TEST(house.engine().find(id)->attempt == 2);
    house.restart([&] {
        make(marker.stamp);
        house.set_faults("");
    });
    BOOST_TEST(ends_as(ReceiptState::done));
    BOOST_TEST(house.receipts() == 2U);
    BOOST_TEST(house.engine().find(id)->registration->fd == marker.last_fd + 1);
}

BOOST_FIXTURE_TEST_CASE(the_first_of_two_absent_attempts_comes_late, AbsentReceipt) {
    house.set_faults("lose_answer=before mute=1");
    BOOST_TEST(goes_absent().stamp != marker.stamp);
    house.restart([&] {
        make(marker.stamp);
        house.set_faults("");
    });
    BOOST_TEST(ends_as(ReceiptState::done));
    BOOST_TEST(house.receipts() == 2U);
    BOOST_TEST(house.engine().find(id)->registration->fd == marker.last_fd + 1);
}

BOOST_AUTO_TEST_SUITE_END()
