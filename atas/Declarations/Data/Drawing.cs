using System;
using System.Drawing;
using OFT.Rendering.Tools;

namespace OFT.Rendering.Tools
{
    public class RenderFont(string familyName, float emSize)
    {
        public string FontFamily { get; } = familyName;
        public float Size { get; } = emSize;
    }

    public class RenderPen(Color color, float width = 1)
    {
        public Color Color { get; } = color;
        public float Width { get; } = width;
    }
}

namespace OFT.Rendering.Context
{
    /// <summary>What <c>OnRender</c> draws with, on the thread of the windows. Coordinates are pixels.</summary>
    public abstract class RenderContext : MarshalByRefObject
    {
        public abstract int DrawLine(RenderPen pen, int x1, int y1, int x2, int y2);
        public abstract int FillRectangle(Color brush, Rectangle rect);
        public abstract int DrawString(string s, RenderFont font, Color color, int x, int y);
        public abstract Size MeasureString(string s, RenderFont font);
    }
}

namespace ATAS.Indicators
{
    /// <summary>When <c>OnRender</c> is called.</summary>
    [Flags]
    public enum DrawingLayouts
    {
        None = 1,
        Historical = 2,
        LatestBar = 4,
        Final = 8,
    }

    public interface IContainer
    {
        Rectangle Region { get; }
    }

    public interface IChartContainer : IContainer
    {
        int GetYByPrice(decimal price, bool isStartOfPriceLevel);
    }

    public interface IChart : IContainer
    {
        IChartContainer PriceChartContainer { get; }
        string ChartType { get; }
        string TimeFrame { get; }
    }
}
