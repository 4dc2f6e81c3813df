#pragma once
/// An answer's sink that remembers what was said.

#include <string>

#include "net/exchange.hpp"

class RecordingSink : public dreamina::AnswerSink {
public:
    void send(std::string_view bytes) override { said.append(bytes); }
    bool end() override
    {
        ++ends;
        return held == 0;
    }
    void cut() override { ++cuts; }
    std::size_t backlog() const override { return held; }

    std::string said;
    int ends = 0;
    int cuts = 0;
    std::size_t held = 0;
};
