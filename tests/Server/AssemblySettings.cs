using PPLCNet.Vision.Tests.Server;

[assembly: AssemblyFixture(typeof(SharedServer))]
