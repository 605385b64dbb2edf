import Testing

@testable import RapportServer

@Suite struct MediaTypeTests {
  @Test func typeAndParametersDoNotDependOnCase() throws {
    let type = try #require(MediaType("Application/CloudEvents+JSON ; Charset=\"UTF-8\""))
    #expect(type.essence == "application/cloudevents+json" && type.isUTF8)
    #expect(try #require(MediaType("application/json")).isUTF8)
    #expect(try !#require(MediaType("application/json; charset=latin1")).isUTF8)
  }

  @Test func quotedTextIsReadAsItIsMeant() throws {
    let type = try #require(MediaType(#"a/b; x="a;\"b\\"; y=c"#))
    #expect(type.parameters == ["x": #"a;"b\"#, "y": "c"])
  }

  @Test(arguments: [
    "", "json", "a/", "/b", "a/b/c", "a b/c", "a/b; x", "a/b; x=", "a/b; x=\"", "a/b; =c",
    "a/b; x=1; X=2", "a/b; x=\"a\"b\"", "a/b, c/d",
  ])
  func whatIsNoneIsNone(text: String) {
    #expect(MediaType(text) == nil)
  }
}
