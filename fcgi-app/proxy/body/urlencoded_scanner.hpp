#pragma once
/// Finds one field of an application/x-www-form-urlencoded body that arrives in pieces.

#include <optional>
#include <string>
#include <string_view>

namespace dreamina {

class UrlencodedFieldScanner {
public:
    explicit UrlencodedFieldScanner(std::string name) : name_(std::move(name)) {}

    void feed(std::string_view piece);
    /// After the last piece.
    void finish() { end_pair(); }

    /// The field's value; of several the first. A longer one than any model's name is none.
    const std::optional<std::string>& value() const { return value_; }
    bool is_too_long() const { return is_too_long_; }
    /// How often the name was there, also in another case or with brackets, which make a list or an object of it.
    int count() const { return count_; }
    /// Whether there is anything that programs are known to read differently.
    bool is_plain() const { return is_plain_; }

private:
    enum class Part { name, value };

    void keep(std::string_view text);
    void end_name();
    void end_pair();

    std::string name_;
    Part part_ = Part::name;
    std::string kept_;
    bool is_cut_ = false;
    bool wanted_ = false;
    bool has_first_ = false;
    int pairs_ = 0;
    int count_ = 0;
    bool is_plain_ = true;
    bool is_too_long_ = false;
    std::optional<std::string> value_;
};

}  // namespace dreamina
