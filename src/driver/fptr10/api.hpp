// The numbers of the vendor's C interface libfptr10 that kktd uses: functions, parameters and
// enumerations. Source: the vendor's header 10.10.8.0; none of them differs in 10.6 … 10.10
// (parameters above 65896 do, so none of those is used). Everything but the child speaks in these
// numbers, so that the library itself is never compiled or linked in.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace kktd::driver::fptr10 {

/// A function of the library that takes nothing but its handle, or what the child does itself.
/// Values go over the socket between kktd and its child, which are always of one build.
enum class Method : std::uint8_t {
    load,      ///< loads the library Request::text; answers its version
    configure, ///< gives the settings to a new handle
    open,
    close,
    operator_login,
    open_shift,
    open_receipt,
    cancel_receipt,
    close_receipt,
    check_document_closed,
    continue_print,
    registration,
    payment,
    receipt_tax,
    receipt_total,
    report,
    cash_income,
    cash_outcome,
    query_data,
    fn_query_data,
    begin_read_records,
    read_next_record,
    end_read_records,
};

struct MethodInfo {
    Method method;
    std::string_view symbol; ///< empty: the child's own
};

/// By Method.
inline constexpr auto methods = std::to_array<MethodInfo>({
    {Method::load, ""},
    {Method::configure, ""},
    {Method::open, "libfptr_open"},
    {Method::close, "libfptr_close"},
    {Method::operator_login, "libfptr_operator_login"},
    {Method::open_shift, "libfptr_open_shift"},
    {Method::open_receipt, "libfptr_open_receipt"},
    {Method::cancel_receipt, "libfptr_cancel_receipt"},
    {Method::close_receipt, "libfptr_close_receipt"},
    {Method::check_document_closed, "libfptr_check_document_closed"},
    {Method::continue_print, "libfptr_continue_print"},
    {Method::registration, "libfptr_registration"},
    {Method::payment, "libfptr_payment"},
    {Method::receipt_tax, "libfptr_receipt_tax"},
    {Method::receipt_total, "libfptr_receipt_total"},
    {Method::report, "libfptr_report"},
    {Method::cash_income, "libfptr_cash_income"},
    {Method::cash_outcome, "libfptr_cash_outcome"},
    {Method::query_data, "libfptr_query_data"},
    {Method::fn_query_data, "libfptr_fn_query_data"},
    {Method::begin_read_records, "libfptr_begin_read_records"},
    {Method::read_next_record, "libfptr_read_next_record"},
    {Method::end_read_records, "libfptr_end_read_records"},
});

/// Parameters, LIBFPTR_PARAM_… Numbers below 65536 are tags of the fiscal document format.
namespace param {
inline constexpr std::uint32_t receipt_type = 65545;
inline constexpr std::uint32_t receipt_sum = 65600;
inline constexpr std::uint32_t report_type = 65546;
inline constexpr std::uint32_t serial_number = 65559;
inline constexpr std::uint32_t use_only_tax_type = 65563;
inline constexpr std::uint32_t payment_type = 65564;
inline constexpr std::uint32_t payment_sum = 65565;
inline constexpr std::uint32_t tax_type = 65569;
inline constexpr std::uint32_t tax_sum = 65570;
inline constexpr std::uint32_t receipt_electronically = 65572;
inline constexpr std::uint32_t data_type = 65587;
inline constexpr std::uint32_t date_time = 65590;
inline constexpr std::uint32_t shift_state = 65592;
inline constexpr std::uint32_t paper_present = 65594;
inline constexpr std::uint32_t cover_opened = 65595;
inline constexpr std::uint32_t receipt_number = 65597;
inline constexpr std::uint32_t document_number = 65598;
inline constexpr std::uint32_t shift_number = 65599;
inline constexpr std::uint32_t model_name = 65603;
inline constexpr std::uint32_t unit_version = 65604;
inline constexpr std::uint32_t sum = 65613;
inline constexpr std::uint32_t fn_data_type = 65622;
inline constexpr std::uint32_t tag_number = 65623;
inline constexpr std::uint32_t tag_value = 65624;
inline constexpr std::uint32_t documents_count = 65625;
inline constexpr std::uint32_t fiscal_sign = 65626;
inline constexpr std::uint32_t ffd_version = 65629;
inline constexpr std::uint32_t commodity_name = 65631;
inline constexpr std::uint32_t price = 65632;
inline constexpr std::uint32_t quantity = 65633;
inline constexpr std::uint32_t position_sum = 65634;
inline constexpr std::uint32_t document_closed = 65644;
inline constexpr std::uint32_t fn_state = 65648;
inline constexpr std::uint32_t records_type = 65668;
inline constexpr std::uint32_t fn_need_replacement = 65686;
inline constexpr std::uint32_t fn_resource_exhausted = 65687;
inline constexpr std::uint32_t fn_memory_overflow = 65688;
inline constexpr std::uint32_t fn_ofd_timeout = 65689;
inline constexpr std::uint32_t fn_critical_error = 65690;
inline constexpr std::uint32_t fn_document_type = 65697;
inline constexpr std::uint32_t document_printed = 65709;
inline constexpr std::uint32_t paper_near_end = 65748;
inline constexpr std::uint32_t records_id = 65764;
} // namespace param

/// LIBFPTR_RT_…: by ReceiptKind and whether it is a correction.
namespace receipt_type {
inline constexpr std::uint32_t closed = 0;
inline constexpr std::uint32_t sell = 1;
inline constexpr std::uint32_t sell_return = 2;
inline constexpr std::uint32_t buy = 4;
inline constexpr std::uint32_t buy_return = 5;
inline constexpr std::uint32_t sell_correction = 7;
inline constexpr std::uint32_t sell_return_correction = 8;
inline constexpr std::uint32_t buy_correction = 9;
inline constexpr std::uint32_t buy_return_correction = 10;
} // namespace receipt_type

/// LIBFPTR_REPORT_…
namespace report_type {
inline constexpr std::uint32_t close_shift = 0;
inline constexpr std::uint32_t x = 1;
inline constexpr std::uint32_t last_document = 2;
} // namespace report_type

/// LIBFPTR_DT_…
namespace data_type {
inline constexpr std::uint32_t status = 0;
inline constexpr std::uint32_t shift_state = 14;
} // namespace data_type

/// LIBFPTR_FNDT_…
namespace fn_data_type {
inline constexpr std::uint32_t tag_value = 0;
inline constexpr std::uint32_t ofd_exchange_status = 1;
inline constexpr std::uint32_t fn_info = 2;
inline constexpr std::uint32_t last_document = 5;
inline constexpr std::uint32_t shift = 6;
inline constexpr std::uint32_t ffd_versions = 7;
inline constexpr std::uint32_t validity = 8;
inline constexpr std::uint32_t document_by_number = 13;
} // namespace fn_data_type

/// LIBFPTR_FN_DOC_…
namespace fn_document_type {
inline constexpr std::uint32_t open_shift = 2;
inline constexpr std::uint32_t receipt = 3;
inline constexpr std::uint32_t bso = 4;
inline constexpr std::uint32_t close_shift = 5;
inline constexpr std::uint32_t correction = 31;
inline constexpr std::uint32_t bso_correction = 41;
} // namespace fn_document_type

/// LIBFPTR_SS_…
namespace shift_state {
inline constexpr std::uint32_t closed = 0;
inline constexpr std::uint32_t opened = 1;
inline constexpr std::uint32_t expired = 2;
} // namespace shift_state

/// LIBFPTR_RT_FN_DOCUMENT_TLVS: records are the elements of one document of the fiscal storage.
inline constexpr std::uint32_t records_fn_document_tlvs = 1;

} // namespace kktd::driver::fptr10
