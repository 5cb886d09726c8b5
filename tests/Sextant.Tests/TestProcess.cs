using System.Runtime.CompilerServices;
using Sextant.Cli;

namespace Sextant.Tests;

/// <summary>Tests run as the command line does: without this a quarter of their time goes into memory that is given back and asked for again.</summary>
internal static class TestProcess
{
    [ModuleInitializer]
    internal static void Start() => NativeSettings.Apply();
}
