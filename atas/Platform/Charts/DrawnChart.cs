using System;
using System.Collections.Generic;
using System.Drawing;
using ATAS.Indicators;
using OFT.Rendering.Context;
using OFT.Rendering.Tools;

namespace Tapewire.Platform;

/// <summary>What a strategy has drawn: texts from top to bottom, and the heights of its lines.</summary>
public sealed record Drawn(IReadOnlyList<string> Texts, IReadOnlyList<int> LineYs);

/// <summary>A context that notes down instead of drawing.</summary>
internal sealed class RecordingContext : RenderContext
{
    private readonly List<string> _texts = [];
    private readonly List<int> _lineYs = [];

    public Drawn Drawn => new([.. _texts], [.. _lineYs]);

    public override int DrawLine(RenderPen pen, int x1, int y1, int x2, int y2)
    {
        _lineYs.Add(y1);
        return 0;
    }

    public override int FillRectangle(Color brush, Rectangle rect) => 0;

    public override int DrawString(string s, RenderFont font, Color color, int x, int y)
    {
        _texts.Add(s);
        return 0;
    }

    public override Size MeasureString(string s, RenderFont font) =>
        new((int)(s.Length * font.Size * 0.6f), (int)(font.Size * 1.4f));
}

/// <summary>A window of 1600 x 900 pixels around the last price, a tick a pixel.</summary>
internal sealed class DrawnChart(ChartWindow window) : IChart, IChartContainer
{
    private static readonly Rectangle Window = new(0, 0, 1_600, 900);

    public Rectangle Region => Window;

    public IChartContainer PriceChartContainer => this;

    public string ChartType => "TimeFrame";

    public string TimeFrame => window.TimeFrame;

    public int GetYByPrice(decimal price, bool isStartOfPriceLevel)
    {
        var ticks = (window.LastPrice - price) / window.Instrument.TickSize;
        return (Window.Height / 2) + (int)Math.Clamp(ticks, -100_000, 100_000);
    }
}
