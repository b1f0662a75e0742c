//===- NpyHeaderTest.cpp - The dictionary at the front of a .npy file -------===//
#include "runtime/Tensor/NpyHeader.h"

#include <gtest/gtest.h>

using namespace espalier;

static std::string parsed(std::string_view text) {
  Result<NpyHeader> header = parseNpyHeader(text);
  return header ? fmt::format("{} {} {}", header->descr, header->fortranOrder, toString(header->shape))
                : header.error().message;
}

TEST(NpyHeader, accepts) {
  EXPECT_EQ(parsed("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }          \n"), "<f4 false (3, 4)");
  EXPECT_EQ(parsed("{\"shape\":(7,),\"fortran_order\":True,\"descr\":\"|b1\"}"), "|b1 true (7,)");
  EXPECT_EQ(parsed(" { 'descr' : '<f8' , 'fortran_order' : False , 'shape' : ( ) } \n"), "<f8 false ()");
  EXPECT_EQ(parsed("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 2,)}"), "<f8 false (0, 2)");
}

TEST(NpyHeader, refuses) {
  struct Case {
    const char *text, *message;
  };
  const Case cases[] = {
      {"", "found `nothing more` in the header, expected `{`"},
      {"[]", "found `[]` in the header, expected `{`"},
      {"{", "found `nothing more` in the header, expected a string in quotes"},
      {"{}", "the header lacks `descr`"},
      {"{'descr': '<f4', 'shape': ()}", "the header lacks `fortran_order`"},
      {"{'descr': '<f4', 'fortran_order': False}", "the header lacks `shape`"},
      {"{'descr': '<f4', 'descr': '<f4'}",
       "second key `descr` in the header, expected descr, fortran_order and shape once each"},
      {"{'color': 1}", "unknown key `color` in the header, expected descr, fortran_order and shape once each"},
      {"{'descr' '<f4'}", "found `'<f4'}` in the header, expected `:`"},
      {"{'descr': '<f4' 'shape': ()}", "found `'shape': ()}` in the header, expected `,` or `}`"},
      {"{'descr': '<f4}", "found `'<f4}` in the header, expected a string in quotes"},
      {"{'descr': 4}", "found `4}` in the header, expected a string in quotes"},
      {"{'descr': [('x', '<f4')]}", "a structured dtype `[('x', '<f4')]}`, expected a number type such as `<f4`"},
      {"{'fortran_order': 1}", "found `1}` in the header, expected True or False"},
      {"{'shape': (3)}", "found `)}` in the header, expected `,`"},
      {"{'shape': (3 4)}", "found `4)}` in the header, expected `,`"},
      {"{'shape': 3}", "found `3}` in the header, expected `(`"},
      {"{'shape': (-3,)}", "found `-3,)}` in the header, expected a size"},
      {"{'shape': (3.5,)}", "found `.5,)}` in the header, expected `,`"},
      {"{'shape': (None,)}", "found `None,)}` in the header, expected a size"},
      {"{'shape': (99999999999999999999,)}", "a size beyond 2^63 - 1 in the header: `99999999999999999999,)}`"},
      {"{'descr': '<f4', 'fortran_order': False, 'shape': ()} x",
       "found `x` in the header, expected the end of the header"},
      {"{'descr': '<f4', \x01\xff", "found `??` in the header, expected a string in quotes"},
  };
  for (const Case &c : cases)
    EXPECT_EQ(parsed(c.text), c.message) << c.text;
  std::string deep = "{'shape': (";
  for (int i = 0; i < 33; ++i)
    deep += "1, ";
  EXPECT_EQ(parsed(deep + ")}"), "more than 32 axes in the header");
}

TEST(NpyHeader, formatsAMultipleOf64Bytes) {
  for (Shape shape : {Shape{}, Shape{5}, Shape{1, 2, 3}, Shape(32, 1234567)}) {
    std::string text = formatNpyHeader({"<f4", false, shape});
    EXPECT_EQ(text.size() % 64, 0u);
    EXPECT_EQ(text.back(), '\n');
    EXPECT_EQ(text.substr(0, 8), std::string("\x93NUMPY\1\0", 8));
    EXPECT_EQ(static_cast<unsigned char>(text[8]) + 256 * static_cast<unsigned char>(text[9]) + 10u, text.size());
    EXPECT_EQ(parsed(std::string_view(text).substr(10)), "<f4 false " + toString(shape));
  }
}
