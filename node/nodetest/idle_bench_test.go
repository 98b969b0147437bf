//go:build linux

package nodetest

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node/lookup"
)

// How an idle follower is measured. A machine on a thin line greets each other
// one every two minutes, so a window holds a whole number of greetings.
const (
	idleWindow  = 4 * time.Minute
	idleSettles = 150 * time.Second // after the last machine has joined: a full round of greetings, whose connections are kept
	idleMost    = 15.0              // MB a day
	wanStarts   = 3 * time.Minute   // elections of the profile take 20 to 60 s
)

// BenchmarkIdleFollower measures what a machine that nobody works at costs its line
// in a day: programs of their own, each on a computer of its own (a network
// namespace with a cable to one switch), on the profile `wan`.
func BenchmarkIdleFollower(b *testing.B) {
	for _, standbys := range []int{0, 3} {
		b.Run(fmt.Sprintf("3 voters, %d standbys", standbys), func(b *testing.B) {
			s, ok := newSwitch(b)
			if !ok {
				return
			}
			machines := s.cluster(3, standbys)
			for b.Loop() { // once: a window is longer than the time given to a benchmark
				s.pass(idleWindow)
				s.report(machines)
			}
		})
	}
}

// lan is a switch with a computer at each port.
type lan struct {
	b    *testing.B
	exe  string
	dir  string
	name string // prefix of what is made in the system
	at   map[*Process]octets
	when time.Time
}

func newSwitch(b *testing.B) (*lan, bool) {
	s := &lan{b: b, exe: Build(b), dir: b.TempDir(), name: fmt.Sprintf("gocua-idle-%d", os.Getpid())}
	if out, err := s.ip("netns add " + s.name); err != nil {
		text := fmt.Sprintf("!!!!!! %s WAS NOT RUN: it needs root and iproute2 to lay cables: %s !!!!!!", b.Name(), out)
		fmt.Fprintln(os.Stderr, text)
		b.Log(text)
		return nil, false
	}
	b.Cleanup(func() { s.must("netns del " + s.name) })
	s.must("-n " + s.name + " link add br0 type bridge")
	s.must("-n " + s.name + " link set br0 up")
	return s, true
}

// pass lets time go by: what is measured is what happens while nobody does anything.
func (s *lan) pass(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	<-t.C
}

func (s *lan) ip(line string) (string, error) {
	out, err := exec.Command("ip", strings.Fields(line)...).CombinedOutput()
	return string(out), err
}

func (s *lan) must(line string) {
	s.b.Helper()
	out, err := s.ip(line)
	require.NoError(s.b, err, "ip %s: %s", line, out)
}

// computer makes one, at a port of the switch, with the program on it.
func (s *lan) computer(name string, number int) (p *Process, addr string) {
	room, addr := s.name+"-"+name, fmt.Sprintf("10.99.0.%d", number)
	s.must("netns add " + room)
	s.b.Cleanup(func() { s.must("netns del " + room) })
	s.must(fmt.Sprintf("link add cable netns %s type veth peer name port%d netns %s", room, number, s.name))
	s.must(fmt.Sprintf("-n %s link set port%d master br0 up", s.name, number))
	s.must(fmt.Sprintf("netns exec %s sysctl -qw net.ipv6.conf.all.disable_ipv6=1", room)) // what a system says by itself is not ours
	s.must(fmt.Sprintf("-n %s addr add %s/24 dev cable", room, addr))
	s.must(fmt.Sprintf("-n %s link set cable up", room))
	s.must(fmt.Sprintf("-n %s link set lo up", room))
	here := filepath.Join(s.dir, name+".sh")
	require.NoError(s.b, os.WriteFile(here, []byte("#!/bin/sh\nexec ip netns exec "+room+" "+s.exe+" \"$@\"\n"), 0o700))
	return NewProcess(s.b, here, filepath.Join(s.dir, name)), addr
}

// cluster is a district with so many machines, all there and left alone.
func (s *lan) cluster(voters, standbys int) (list []*Process) {
	const code = "01CG"
	founder, addr := s.computer("m1", 1)
	founder.Gocua("init", "--tier", "cluster", "--code", code, "--name", code, "--node", "m1", "--password", "mat khau de thu",
		"--http", "127.0.0.1:8080", "--peer", addr+":8790", "--profile", "wan")
	founder.Start()
	list = append(list, founder)
	s.await(founder, 1, 1)
	for i := 2; i <= voters+standbys; i++ {
		p, addr := s.computer(fmt.Sprint("m", i), i)
		token, votes := filepath.Join(s.dir, "token"), min(i, voters)
		invite := []string{"invite", p.Name(), "--unit", code, "--out", token}
		if i <= voters {
			invite = append(invite, "--voter")
		}
		founder.Gocua(invite...)
		p.Gocua("join", token, "--http", "127.0.0.1:8080", "--peer", addr+":8790", "--profile", "wan")
		require.NoError(s.b, os.Remove(token))
		p.Start()
		list = append(list, p)
		s.await(p, i, votes)
	}
	s.pass(idleSettles)
	s.at, s.when = map[*Process]octets{}, time.Now()
	for _, p := range list {
		s.at[p] = s.read(p)
	}
	return list
}

func (s *lan) status(p *Process) (st lookup.Status) {
	if out, err := exec.Command(p.exe, "--dir", p.Dir, "--json", "status").Output(); err == nil {
		require.NoError(s.b, json.Unmarshal(out, &st))
	}
	return st
}

// await waits until a machine knows who leads and so many members and voters.
func (s *lan) await(p *Process, members, votes int) {
	s.b.Helper()
	look := time.NewTicker(time.Second)
	defer look.Stop()
	Eventually(s.b, wanStarts, p.Name()+" to be a member", func() bool {
		<-look.C
		st, n := s.status(p), 0
		for _, m := range st.Members {
			if m.Voter {
				n++
			}
		}
		return st.Leader != "" && len(st.Members) == members && n == votes
	})
}

// octets is what has gone over a computer's cable, as its system counts: bytes of
// IP packets with their headers, retransmissions and bare acknowledgements too.
type octets struct{ in, out, packets int64 }

const etherHeader = 14 // bytes that the counters of a cable have beyond IP

func (s *lan) read(p *Process) (o octets) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/dev", p.PID()))
	require.NoError(s.b, err)
	for line := range strings.Lines(string(raw)) {
		name, rest, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			continue
		}
		var n [16]int64
		for i, field := range strings.Fields(rest) {
			_, err := fmt.Sscan(field, &n[i])
			require.NoError(s.b, err)
		}
		if name == "cable" { // what a machine asks itself goes over none
			o.in, o.out, o.packets = n[0]-etherHeader*n[1], n[8]-etherHeader*n[9], n[1]+n[9]
		}
	}
	require.Positive(s.b, o.packets)
	return o
}

// report says what each follower cost since the cluster was left alone.
func (s *lan) report(machines []*Process) {
	span := time.Since(s.when)
	require.GreaterOrEqual(s.b, span, 3*time.Minute)
	worst := 0.0
	for _, p := range machines {
		now, before := s.read(p), s.at[p]
		moved := now.in + now.out - before.in - before.out
		role := s.status(p).Role
		day := float64(moved) / 1e6 * (24 * time.Hour).Seconds() / span.Seconds()
		s.b.Logf("%s %-7s: %d packets, %d bytes with IP headers in %v: %.1f MB a day", p.Name(), role, now.packets-before.packets, moved, span.Round(time.Second), day)
		if role != "leader" {
			worst = max(worst, day)
		}
	}
	s.b.ReportMetric(worst, "MB/day")
	s.b.ReportMetric(0, "ns/op")
	require.Less(s.b, worst, idleMost)
}
