package dev.fairlead.cli;

import dev.fairlead.cli.alert.AlertCommands;
import dev.fairlead.cli.alert.OnCallCommands;
import dev.fairlead.cli.backup.BackupCommands;
import dev.fairlead.cli.backup.RecoveryCommand;
import dev.fairlead.cli.decision.DecisionCommands;
import dev.fairlead.cli.demo.DemoCommand;
import dev.fairlead.cli.deployment.ApplicationCommands;
import dev.fairlead.cli.deployment.ApplicationLists;
import dev.fairlead.cli.deployment.ApprovalCommands;
import dev.fairlead.cli.deployment.ApproveCommand;
import dev.fairlead.cli.deployment.DeploymentCommands;
import dev.fairlead.cli.deployment.InstanceCommands;
import dev.fairlead.cli.deployment.PromotionCommand;
import dev.fairlead.cli.deployment.RemovalCommand;
import dev.fairlead.cli.deployment.RollbackCommand;
import dev.fairlead.cli.events.EventCommands;
import dev.fairlead.cli.health.HealthCommand;
import dev.fairlead.cli.stack.Doctor;
import dev.fairlead.cli.stack.KeeperCommand;
import dev.fairlead.cli.stack.LogsCommand;
import dev.fairlead.cli.stack.RehearsalCommand;
import dev.fairlead.cli.stack.StackCommands;
import dev.fairlead.cli.stack.TokenCommands;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Every command by name. Only the one that a command line names is built; the rest are a line each.
 */
final class Commands {

  private record Entry(String name, String summary, Supplier<Command> command) {}

  /** What the suite calls itself; nobody else needs to know. */
  private static final List<Entry> HIDDEN =
      List.of(
          new Entry("keep", "", KeeperCommand::command),
          new Entry("rehearse", "", RehearsalCommand::command));

  private static final List<Entry> ALL =
      List.of(
          new Entry("demo", "Show the main job on real traffic.", DemoCommand::command),
          new Entry("up", "Start the whole suite on this machine.", StackCommands::up),
          new Entry("down", "Stop the local suite and everything it started.", StackCommands::down),
          new Entry("status", "Show the processes of the local suite.", StackCommands::status),
          new Entry("logs", "Show the logs of the local suite.", LogsCommand::command),
          new Entry(
              "doctor", "Say what is there, what is missing, what works without.", Doctor::command),
          new Entry("token", "Give people tokens of their own.", TokenCommands::token),
          new Entry(
              "apply", "Make an application known from its manifest.", ApplicationCommands::apply),
          new Entry(
              "plan",
              "Show what a deployment would do; change nothing.",
              ApplicationCommands::plan),
          new Entry("deploy", "Deploy a version.", DeploymentCommands::deploy),
          new Entry(
              "promote",
              "Deploy what serves in one environment to another.",
              PromotionCommand::promote),
          new Entry("rollback", "Go back to an earlier release.", RollbackCommand::rollback),
          new Entry(
              "remove", "Take an application away from an environment.", RemovalCommand::remove),
          new Entry("approve", "Agree to a deployment's plan.", ApproveCommand::approve),
          new Entry("reject", "Refuse a deployment's plan.", ApprovalCommands::reject),
          new Entry(
              "cancel", "Stop a deployment, leaving nothing behind.", ApprovalCommands::cancel),
          new Entry(
              "deployments", "List, show and watch deployments.", DeploymentCommands::deployments),
          new Entry(
              "applications",
              "List and show the applications that are known.",
              ApplicationLists::applications),
          new Entry(
              "instances", "List what runs, and read what it wrote.", InstanceCommands::instances),
          new Entry("backup", "Take, list and restore backups.", BackupCommands::backup),
          new Entry("restore", "Recover a database from a store alone.", RecoveryCommand::restore),
          new Entry("health", "Show what the probes found.", HealthCommand::command),
          new Entry("alerts", "List, acknowledge and silence alerts.", AlertCommands::alerts),
          new Entry("oncall", "Show who is on call, and stand in.", OnCallCommands::oncall),
          new Entry("adr", "Record and look up decisions.", DecisionCommands::adr),
          new Entry("events", "Follow the stream of events.", EventCommands::events));

  private Commands() {}

  static CommandSpec root(String[] arguments) {
    CommandSpec root = CommandSpec.wrapWithoutInspection(Fairlead.SHOW_USAGE);
    root.name("fairlead");
    root.usageMessage()
        .width(100)
        .description(
            "Safe deploys, proven backups, calm health checks, alerts that arrive, decisions that are kept.")
        .synopsisSubcommandLabel("COMMAND")
        .footer(
            "",
            "Exit codes: 0 ok, 1 failed, 2 usage, 3 rolled back, 4 blocked by a gate or decision,",
            "5 unreachable, 6 timed out, 130 interrupted.",
            "FAIRLEAD_DEBUG=1 shows with an error where it came from.",
            "",
            "Examples:",
            "  fairlead up                             start everything on this machine",
            "  fairlead deploy orders 2 --watch        deploy version 2 of orders and wait for the end",
            "  fairlead COMMAND --help                 options and examples of a command");
    Command.addHelp(root);
    root.addOption(
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("Print the version.")
            .build());
    String asked = firstName(arguments);
    for (Entry entry : HIDDEN) {
      if (arguments.length > 0 && entry.name().equals(arguments[0])) {
        root.addSubcommand(entry.name(), entry.command().get().build());
      }
    }
    for (Entry entry : ALL) {
      root.addSubcommand(
          entry.name(), entry.name().equals(asked) ? entry.command().get().build() : line(entry));
    }
    return root;
  }

  /** One command, built. */
  static Command entry(String name) {
    return ALL.stream()
        .filter(entry -> entry.name().equals(name))
        .findFirst()
        .map(entry -> entry.command().get())
        .orElseThrow();
  }

  private static String firstName(String[] arguments) {
    Set<String> names = ALL.stream().map(Entry::name).collect(Collectors.toSet());
    return Arrays.stream(arguments).filter(names::contains).findFirst().orElse("");
  }

  private static CommandSpec line(Entry entry) {
    CommandSpec line = CommandSpec.wrapWithoutInspection(Fairlead.SHOW_USAGE);
    line.usageMessage().description(entry.summary());
    return line;
  }
}
