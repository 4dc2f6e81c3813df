#pragma once
/// Well-formed multipart forms made to measure: the scanner must find the value that was put in.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/text.hpp"
#include "properties/input.hpp"
#include "properties/multipart_body.hpp"
#include "properties/property.hpp"
#include "proxy/body/model_reading.hpp"

namespace dreamina::fuzz {

class FormWriter {
public:
    explicit FormWriter(Input& input) : input_(input) {}

    void write()
    {
        write_type();
        if (input_.flag()) body_ = "a preamble\r\n";
        const std::size_t count = input_.number(6);
        for (std::size_t i = 0; i < count; ++i) write_part();
        body_ += "--" + boundary_ + "--";
        if (input_.flag())
            body_ += "\r\n--" + boundary_ + "\r\nContent-Disposition: form-data; name=model\r\n\r\nno\r\n";
    }

    const std::string& type() const { return type_; }
    const std::string& boundary() const { return boundary_; }
    const std::string& body() const { return body_; }
    const std::optional<std::string>& model() const { return model_; }

private:
    /// RFC 2046's characters of a boundary; those that are none of a token want quotes.
    void write_type()
    {
        constexpr std::string_view plain = "-aZ09'+_.";
        constexpr std::string_view to_quote = "()/:=?, ";
        bool quoted = input_.flag();
        const std::size_t length = 1 + input_.number(69);
        for (std::size_t i = 0; i < length; ++i) {
            const std::size_t chosen = input_.number(plain.size() + to_quote.size() - 1);
            const bool is_plain = chosen < plain.size();
            boundary_ += is_plain ? plain[chosen] : to_quote[chosen - plain.size()];
            quoted = quoted || !is_plain;
        }
        if (boundary_.back() == ' ') boundary_.back() = '=';
        static constexpr std::array<std::string_view, 4> before{"", " charset=utf-8;", " a=\"; boundary=no\";",
                                                                "\tx=;"};
        type_ = input_.flag() ? "multipart/form-data;" : "Multipart/Form-Data ;";
        type_ += input_.one_of(before);
        type_ += input_.flag() ? " boundary=" : "BOUNDARY=";
        type_ += quoted ? '"' + boundary_ + '"' : boundary_;
        if (input_.flag()) type_ += "; charset=\"x\"";
    }

    /// Of a parameter: as a token or quoted, now and then with an escape.
    std::string quoted(std::string_view value)
    {
        std::string text{"\""};
        for (const char c : value) {
            if (c == '"' || c == '\\' || input_.number(7) == 7) text += '\\';
            text += c;
        }
        return text + '"';
    }

    void write_part()
    {
        static constexpr std::array<std::string_view, 6> names{"model", "model", "models", "prompt", "Model", "mode"};
        static constexpr std::array<std::string_view, 4> file_names{"a.png", "", "; name=\"model\"", "即梦\".png"};
        const std::string name{input_.one_of(names)};
        const bool is_file = input_.number(3) == 3;

        std::string disposition = input_.flag() ? "Content-Disposition: form-data" : "content-disposition :FORM-DATA ";
        const std::string name_parameter =
            (input_.flag() ? "; name=" : ";NAME=") + (input_.flag() ? name : quoted(name));
        if (!is_file) disposition += name_parameter;
        if (is_file) {
            const std::string file = "; filename=" + quoted(input_.one_of(file_names));
            disposition += input_.flag() ? name_parameter + file : file + name_parameter;
        }
        std::string headers = disposition + "\r\n";
        if (input_.flag()) headers.insert(0, "Content-Type: text/plain; name=\"model\"\r\n");
        if (input_.number(15) == 15)
            headers += "X: " + std::string(max_section_length - 8 + input_.number(15) - headers.size(), 'x') + "\r\n";

        const std::string blanks(input_.number(31) == 31 ? max_section_length - input_.number(2) : input_.number(2),
                                 ' ');
        const std::string content = content_of_part();
        body_ += "--" + boundary_ + blanks + "\r\n" + headers + "\r\n" + content + "\r\n";
        ended_ = ended_ || headers.size() > max_section_length;
        if (ended_ || is_file || name != "model" || std::exchange(has_model_, true)) return;
        if (content.size() <= max_multipart_value_length) model_ = content;
    }

    /// Without a delimiter in it, but with what begins like one.
    std::string content_of_part()
    {
        static constexpr std::array<std::string_view, 8> texts{"jimeng-4.0", "\r\n", "\r",       "--",
                                                               "\r\n--",     "\n",   "\r\n\r\n", "即梦"};
        std::string content;
        const std::size_t count = input_.number(6);
        for (std::size_t i = 0; i < count; ++i) {
            switch (input_.number(5)) {
            case 0: content += input_.bytes(16); break;
            case 1: content += "\r\n--" + boundary_.substr(0, boundary_.size() - 1); break;
            case 2: content += "\r\n--" + boundary_ + "x"; break;
            case 3: content.append(input_.number(max_multipart_value_length + 8), 'm'); break;
            default: content += input_.one_of(texts);
            }
        }
        return holds_delimiter(content) ? "" : content;
    }

    bool holds_delimiter(const std::string& content) const
    {
        const std::string framed = "\r\n\r\n" + content + "\r\n";
        const std::string delimiter = "\r\n--" + boundary_;
        for (auto at = framed.find(delimiter); at != std::string::npos; at = framed.find(delimiter, at + 1)) {
            const auto next = framed.find_first_not_of(" \t", at + delimiter.size());
            const bool last = framed.compare(at + delimiter.size(), 2, "--") == 0;
            if (last || next == std::string::npos || framed.compare(next, 2, "\r\n") == 0) return true;
        }
        return false;
    }

    static constexpr std::size_t max_section_length = 16 * 1024;  ///< of headers, and of blanks behind a delimiter

    Input& input_;
    std::string type_;
    std::string boundary_;
    std::string body_;
    std::optional<std::string> model_;
    bool has_model_ = false;  ///< of several fields the first counts
    bool ended_ = false;      ///< by headers that are too long: nothing behind them is found
};

/// The input chooses what is written.
inline void multipart_form(std::string_view bytes)
{
    Input input{bytes};
    FormWriter form{input};
    form.write();

    require(multipart_boundary(form.type()) == form.boundary(), "the boundary is not the one of the type");
    const auto found = multipart_model(form.boundary(), form.body());
    require(found == form.model(), "the value is not the one that was written");

    const ModelReading by_proxy = read_model(Body{form.body()}, form.type());
    const std::string_view expected = found ? trim(*found) : std::string_view{};
    require((by_proxy.state == ModelReading::State::named) == !expected.empty(), "the proxy and the scanner differ");
    require(by_proxy.name == expected, "the proxy takes another model");
}

}  // namespace dreamina::fuzz
