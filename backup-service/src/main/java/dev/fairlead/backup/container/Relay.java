package dev.fairlead.backup.container;

import java.util.List;

/**
 * A program that images happen to have and that connects its input and output with a port of the
 * container. Each ends as soon as either side does: a session of a dump that was killed must not
 * stay behind in the database.
 */
enum Relay {
  SOCAT("socat"),
  /** Only OpenBSD's knows -N, and it needs it to end with its input. */
  NC_OF_OPENBSD("nc -N"),
  NC("nc"),
  BUSYBOX("busybox"),
  /** Every image of Debian has it. */
  PERL("perl"),
  /** Last, since it alone takes more than one process. */
  BASH("bash");

  private static final String LOOPBACK = "127.0.0.1";

  private final String program;

  Relay(String program) {
    this.program = program;
  }

  /**
   * @param number of the port the database listens on, at the container's loopback address
   */
  List<String> command(int number) {
    String port = Integer.toString(number);
    return switch (this) {
      case SOCAT -> List.of("socat", "-", "TCP:%s:%s".formatted(LOOPBACK, port));
      case NC_OF_OPENBSD -> List.of("nc", "-N", LOOPBACK, port);
      case NC -> List.of("nc", LOOPBACK, port);
      case BUSYBOX -> List.of("busybox", "nc", LOOPBACK, port);
      case PERL -> List.of("perl", "-e", Scripts.PERL, port);
      case BASH -> List.of("bash", "-c", Scripts.BASH, "relay", port);
    };
  }

  /** As people call it. */
  String program() {
    return program;
  }

  private static final class Scripts {

    /**
     * Descriptor 4, since a job in the background reads /dev/null unless it is told otherwise. And
     * dd, since cat of busybox leaves the copying to the kernel, which passes on the first piece
     * and keeps the second. It waits for both in the end: an orphan goes to process 1, and where
     * that is PostgreSQL, it takes the killed stranger for a crashed session and restarts.
     */
    static final String BASH =
        """
        exec 3<>"/dev/tcp/127.0.0.1/$1" 4<&0 || exit
        dd bs=64k <&3 2>/dev/null & down=$!
        dd bs=64k <&4 >&3 2>/dev/null & up=$!
        wait -n
        kill $down $up 2>/dev/null
        wait
        exit 0
        """;

    static final String PERL =
        """
        use Socket;
        socket(S, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
        connect(S, sockaddr_in($ARGV[0], inet_aton("127.0.0.1"))) or die "connect: $!";
        my ($in, $s) = (fileno(STDIN), fileno(S));
        sub pass {
          my ($from, $to) = @_;
          my $n = sysread($from, my $b, 65536) or exit 0;
          for (my $at = 0; $at < $n; ) { $at += syswrite($to, $b, $n - $at, $at) || exit 0; }
        }
        while (1) {
          my $r = ""; vec($r, $in, 1) = 1; vec($r, $s, 1) = 1;
          select($r, undef, undef, undef);
          pass(*S, *STDOUT) if vec($r, $s, 1);
          pass(*STDIN, *S) if vec($r, $in, 1);
        }
        """;
  }
}
