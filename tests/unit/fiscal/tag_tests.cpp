#include "fiscal/tag.hpp"

#include <boost/test/unit_test.hpp>

using namespace kktd::fiscal;

BOOST_AUTO_TEST_SUITE(tag_tests)

BOOST_AUTO_TEST_CASE(finds_every_tag_and_no_other) {
    for (const TagInfo& tag : tags()) {
        BOOST_TEST(find_tag(tag.number) == &tag);
    }
    for (const std::uint16_t unknown :
         std::initializer_list<std::uint16_t>{0, 1, 6, 1000, 1063, 1196, 1326, 65535}) {
        BOOST_TEST(find_tag(unknown) == nullptr);
    }
}

BOOST_AUTO_TEST_CASE(knows_the_facts_of_the_order) {
    const TagInfo* name = find_tag(1030);
    BOOST_REQUIRE(name != nullptr);
    BOOST_TEST(name->max_length == 128);
    BOOST_TEST(!name->fixed);
    BOOST_TEST((name->places == Place::item));
    const TagInfo* inn = find_tag(1018);
    BOOST_TEST((inn->type == TagType::string && inn->fixed && inn->max_length == 12));
    BOOST_TEST(overlap(inn->places, Place::shift_close));
    // 1115, 1119 and 1120 had another meaning before 2025.
    BOOST_TEST((find_tag(1115)->inside == Place::vat_totals));
    BOOST_TEST((find_tag(1119)->places == Place::vat_totals));
    BOOST_TEST((find_tag(1120)->places == Place::vat_total));
}

BOOST_AUTO_TEST_CASE(types_lengths_and_places_agree) {
    for (const TagInfo& tag : tags()) {
        BOOST_TEST_CONTEXT("tag " << tag.number) {
            BOOST_TEST(!tag.name.empty());
            BOOST_TEST((tag.places != Place::none));
            BOOST_TEST((tag.type == TagType::stlv) == (tag.inside != Place::none));
            BOOST_TEST(tag.max_length > 0);
            switch (tag.type) {
            case TagType::byte:
                BOOST_TEST(tag.max_length == 1);
                break;
            case TagType::uint16:
                BOOST_TEST(tag.max_length == 2);
                break;
            case TagType::uint32:
            case TagType::unixtime:
                BOOST_TEST(tag.max_length == 4);
                break;
            case TagType::vln:
            case TagType::fvln:
                BOOST_TEST(tag.max_length <= 8);
                break;
            case TagType::string:
            case TagType::bytes:
            case TagType::stlv:
                break;
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(every_place_inside_a_structure_is_used_by_some_tag) {
    for (const TagInfo& tag : tags()) {
        if (tag.type != TagType::stlv) {
            continue;
        }
        bool used = false;
        for (const TagInfo& other : tags()) {
            used = used || overlap(other.places, tag.inside);
        }
        BOOST_TEST(used, "nothing may stand in " << tag.number);
    }
}

BOOST_AUTO_TEST_SUITE_END()
