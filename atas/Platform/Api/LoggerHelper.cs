using System;
using ATAS.Strategies.Chart;

namespace Utils.Common.Logging;

public static class LoggerHelper
{
    public static void LogDebug(this ILoggerSource sender, string format, params object[] args) => Log(sender, "debug", format, args);

    public static void LogInfo(this ILoggerSource sender, string format, params object[] args) => Log(sender, "info", format, args);

    public static void LogWarn(this ILoggerSource sender, string format, params object[] args) => Log(sender, "warn", format, args);

    public static void LogError(this ILoggerSource sender, string format, params object[] args) => Log(sender, "error", format, args);

    public static void LogError(this ILoggerSource sender, string message, Exception excp, bool isVisible = false) =>
        (sender as ChartStrategy)?.Window?.Recorder.Said("error", $"{message}: {excp}");

    private static void Log(ILoggerSource sender, string level, string format, object[] args) =>
        (sender as ChartStrategy)?.Window?.Recorder.Log(level, format, args);
}
