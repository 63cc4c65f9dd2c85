// Text as fiscal documents carry it: CP866 only. Nothing vanishes silently: what cannot be encoded
// is transliterated by table, and told.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace kktd::fiscal {

/// UTF-8 to CP866; nothing if a character has no place in CP866 or the UTF-8 is broken.
[[nodiscard]] std::optional<std::string> to_cp866(std::string_view utf8);
/// The same, appended to `bytes`; false, and nothing appended, if it cannot be.
[[nodiscard]] bool append_cp866(std::string& bytes, std::string_view utf8);
/// CP866 to UTF-8; every byte has a meaning.
[[nodiscard]] std::string from_cp866(std::string_view bytes);

/// A text made fit for a tag.
struct CleanText {
    std::string text;     ///< UTF-8, every character in CP866, trimmed, white space folded
    std::string replaced; ///< the characters that were replaced, each once, UTF-8: "«»…"
    bool control = false; ///< control characters were in it (a violation)
    bool broken = false;  ///< not UTF-8 (a violation)
};
/// The table, in words: quotation marks of all kinds become ", dashes become -, an ellipsis three
/// points, the rouble sign "руб.", the multiplication sign x; ° and № stay; what has no place
/// becomes ?.
[[nodiscard]] CleanText clean_text(std::string_view utf8);

/// Length in CP866 bytes = characters, of a clean text.
[[nodiscard]] std::size_t text_length(std::string_view utf8);

} // namespace kktd::fiscal
