using System;

namespace Utils.Common.Logging;

/// <summary>The first text is a format string for the arguments after it: never pass JSON or a server's answer as the format.</summary>
public static class LoggerHelper
{
    public static void LogDebug(this ILoggerSource sender, string format, params object[] args) { }

    public static void LogInfo(this ILoggerSource sender, string format, params object[] args) { }

    public static void LogWarn(this ILoggerSource sender, string format, params object[] args) { }

    public static void LogError(this ILoggerSource sender, string format, params object[] args) { }

    public static void LogError(this ILoggerSource sender, string message, Exception excp, bool isVisible = false) { }
}
