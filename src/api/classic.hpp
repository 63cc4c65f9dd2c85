// The classic dialect: the JSON of the 2017 service (docs/api.md), which 1C and sites speak.
#pragma once

#include "api/answer.hpp"
#include "fiscal/draft.hpp"
#include "fiscal/result.hpp"
#include "fiscal/standing.hpp"
#include "fiscal/violation.hpp"

#include <string>
#include <string_view>

namespace kktd::api {

/// A classic request, understood. Types that are wrong are violations, not errors: the rest of the
/// request is still read, so that compile() can add what else is wrong.
struct ClassicRequest {
    fiscal::Draft draft;
    fiscal::Violations violations;
    fiscal::Warnings warnings; ///< unknown top-level keys
    std::string kkt;           ///< "Kkt"
    std::string inn;           ///< "Inn"
    bool test = false;         ///< "test": true
};

/// Not an aggregate: it is the error of Result.
class Malformed {
public:
    Malformed() = default;
    explicit Malformed(std::string text) : text_(std::move(text)) {}
    /// Russian, with the byte offset: "не JSON: символ 17 …".
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_;
};

/// Bounds while reading: more positions than this are counted, not kept (10,000 positions must cost
/// a violation, not memory).
inline constexpr std::size_t max_positions_read = 2000;

/// Reads the body as it came (BOM or not). Malformed: not JSON, not an object, invalid UTF-8,
/// deeper than 8 levels.
[[nodiscard]] fiscal::Result<ClassicRequest, Malformed> parse_classic(std::string_view body);

/// The field names of the classic dialect, for drafts that were read back from the journal.
[[nodiscard]] const fiscal::FieldNames& classic_names();

/// Answer to POST /kkt.
[[nodiscard]] Answer classic_answer(const fiscal::Reply& reply, std::string_view request_id);

/// The answer to a repeat of a done receipt in two steps: what is the same each time, to be kept;
/// and the answer to one request, made of that.
[[nodiscard]] std::string classic_repeat(const fiscal::Standing& done);
[[nodiscard]] Answer classic_repeat_answer(std::string_view kept, std::string_view request_id);

/// Answer to GET /kkt/receipts/{id}: the same shape, 200 whatever the state is.
[[nodiscard]] Answer classic_receipt(const fiscal::Standing& standing, std::string_view request_id);

/// Answer to GET /kkt/receipts?number=…: {"receipts": [ …the same shape… ]} with the classic keys.
[[nodiscard]] Answer classic_receipts(const std::vector<fiscal::Standing>& standings,
                                      std::string_view request_id);

/// One receipt as a JSON object text, as in the answers; for kktctl --json.
[[nodiscard]] std::string classic_receipt_json(const fiscal::Standing& standing);

/// GET /kkt: the text of the 2017 service. No fault: «Статус ККТ:\n(0, u'Ошибок нет', 0, u'Ошибок в
/// параметрах нет')».
[[nodiscard]] Answer classic_status(const std::optional<fiscal::Fault>& fault);

} // namespace kktd::api
