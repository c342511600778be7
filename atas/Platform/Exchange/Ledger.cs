using System;
using System.Collections.Generic;

namespace Tapewire.Platform;

/// <summary>One line of what happened at the exchange, at its own time. Exactly one of the views is there.</summary>
public sealed record LedgerLine(long Number, DateTime Time, OrderView? Order, FillView? Fill);

/// <summary>Everything that ever happened to an order here: what a comparison holds other books against.</summary>
internal sealed class Ledger
{
    private readonly List<LedgerLine> _lines = [];

    public IReadOnlyList<LedgerLine> Lines => [.. _lines];

    public void Write(DateTime time, OrderView order) => _lines.Add(new LedgerLine(_lines.Count + 1, time, order, null));

    public void Write(DateTime time, FillView fill) => _lines.Add(new LedgerLine(_lines.Count + 1, time, null, fill));
}
