using System.Collections.Generic;
using System.Text;

namespace Tapewire.Bridge.Server;

/// <param name="Id">The last id that was named, in this event or an earlier one; empty when none ever was.</param>
/// <param name="Event"><c>message</c> when the event has no name.</param>
internal sealed record SseFrame(string Id, string Event, string Data);

/// <summary>
/// Turns the text of an event stream into events, cut anywhere: in the middle of a line, or between CR and LF.
/// Source: WHATWG HTML, 9.2.6 "Interpreting an event stream". <c>retry</c> is not kept; how long to wait is the client's.
/// </summary>
internal sealed class SseParser
{
    /// <summary>Characters of one event, or of a line that does not end. What is longer is not from our server.</summary>
    private const int LongestEvent = 1_048_576;

    private readonly StringBuilder _line = new();
    private readonly StringBuilder _data = new();
    private bool _isFirst = true;
    private bool _endedWithCr;
    private bool _hasData;
    private string _id = "";
    private string _event = "";

    /// <exception cref="TransportException">An event is longer than 1 MiB of characters.</exception>
    public List<SseFrame> Push(string chunk)
    {
        var frames = new List<SseFrame>();
        foreach (var character in chunk)
        {
            var isMark = _isFirst && character == '\uFEFF';
            _isFirst = false;
            // A lone CR ended its line; an LF right behind belongs to it.
            var belongsToCr = _endedWithCr && character == '\n';
            _endedWithCr = character == '\r';
            if (isMark || belongsToCr) continue;
            if (character is '\r' or '\n')
            {
                EndLine(frames);
                continue;
            }
            _line.Append(character);
            if (_line.Length + _data.Length > LongestEvent) throw new TransportException("an event of more than 1 MiB");
        }
        return frames;
    }

    private void EndLine(List<SseFrame> frames)
    {
        var line = _line.ToString();
        _line.Clear();
        if (line.Length == 0)
        {
            if (_hasData) frames.Add(new SseFrame(_id, _event.Length == 0 ? "message" : _event, _data.ToString()));
            _event = "";
            _data.Clear();
            _hasData = false;
            return;
        }
        var colon = line.IndexOf(':');
        if (colon == 0) return;
        var field = colon < 0 ? line : line[..colon];
        var value = colon < 0 ? "" : line[(colon + 1)..];
        if (value.StartsWith(' ')) value = value[1..];
        switch (field)
        {
            case "event":
                _event = value;
                break;
            case "id" when !value.Contains('\0'):
                _id = value;
                break;
            case "data":
                if (_hasData) _data.Append('\n');
                _data.Append(value);
                _hasData = true;
                break;
        }
    }
}
