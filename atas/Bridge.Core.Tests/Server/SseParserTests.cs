using System;
using System.Collections.Generic;
using System.Linq;
using Tapewire.Bridge.Server;
using Xunit;

namespace Tapewire.Bridge.Tests.Server;

public sealed class SseParserTests
{
    [Fact]
    public void It_gives_the_same_events_wherever_the_text_is_cut_and_whatever_ends_its_lines()
    {
        string[] lines =
        [
            ": a comment", "id: j:1", "event: trade", "data: {\"a\":", "data: 1}", "", ":", "data:x", "", "id: j:2", "", "data", "",
        ];
        SseFrame[] expected = [new("j:1", "trade", "{\"a\":\n1}"), new("j:1", "message", "x"), new("j:2", "message", "")];
        for (var seed = 1; seed <= 500; seed += 1)
        {
            var chance = new Random(seed);
            var text = chance.Next(2) == 0 ? "\uFEFF" : "";
            var before = "";
            foreach (var line in lines)
            {
                var end = chance.GetItems(["\n", "\r", "\r\n"], 1)[0];
                // A line that ends with CR and an empty one that ends with LF would be one CRLF.
                if (before == "\r" && line.Length == 0 && end == "\n") end = "\r";
                text += line + end;
                before = end;
            }
            var parser = new SseParser();
            var frames = new List<SseFrame>();
            for (var at = 0; at < text.Length;)
            {
                var length = Math.Min(chance.Next(12), text.Length - at);
                frames.AddRange(parser.Push(text.Substring(at, length)));
                at += length;
            }
            Assert.Equal(expected, frames);
        }
    }

    [Fact]
    public void It_takes_off_one_space_keeps_the_rest_and_knows_no_other_fields() =>
        Assert.Equal([new SseFrame("", "message", " two\na: b")], Parse("data:  two\nretry: 5\nfoo: bar\ndata: a: b\n\n"));

    [Fact]
    public void It_forgets_an_event_without_data_and_one_that_was_not_finished() =>
        Assert.Equal([new SseFrame("", "message", "1")], Parse("event: a\n\ndata: 1\n\ndata: 2\n"));

    [Fact]
    public void An_id_with_a_NUL_is_ignored_and_an_empty_one_takes_the_id_away() =>
        Assert.Equal(["1", "1", ""], Parse("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\nid\ndata: c\n\n").Select(frame => frame.Id));

    [Theory]
    [InlineData("")]
    [InlineData("data: ")]
    public void It_refuses_what_does_not_end(string field)
    {
        var parser = new SseParser();
        var end = field.Length > 0 ? "\n" : "";
        var chunk = $"{field}{new string('x', 300_000)}{end}";
        for (var times = 0; times < 3; times += 1) Assert.Empty(parser.Push(chunk));
        Assert.Throws<TransportException>(() => parser.Push(chunk));
    }

    private static List<SseFrame> Parse(string text) => new SseParser().Push(text);
}
