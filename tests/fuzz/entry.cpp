/// libFuzzer's entry point for the property that DREAMINA_FUZZ_PROPERTY names.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "properties/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        dreamina::fuzz::DREAMINA_FUZZ_PROPERTY({reinterpret_cast<const char*>(data), size});
    } catch (const dreamina::fuzz::PropertyFailure& failure) {
        std::fprintf(stderr, "the property does not hold: %s\n", failure.what());
        std::abort();
    }
    return 0;
}
