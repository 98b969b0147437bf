//go:build soak

package nodetest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/store/command"
)

const (
	rebuildLeader = "chihuy"
	admin         = "quantri"
	handedOver    = 3 // cases that only one lost ward took down
)

// attempt runs a subcommand that may fail, with lines on stdin.
func (p *Process) attempt(stdin string, args ...string) (said string, ok bool) {
	p.t.Helper()
	cmd := exec.Command(p.exe, append([]string{"--dir", p.Dir}, args...)...)
	var both bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewBufferString(stdin), &both, &both
	err := cmd.Run()
	return both.String(), err == nil
}

// missing is what a machine lists as lost.
func (p *Process) missing() (list []node.Missing) {
	p.t.Helper()
	require.NoError(p.t, json.Unmarshal(p.Gocua("--json", "recover", "--missing"), &list))
	return list
}

// TestSoakAfterTwoOfThreeVotersAreLostTheThirdServesAgainAndTheyAreRefused is the
// whole of `gocua recover`, with programs of their own and their command lines.
func TestSoakAfterTwoOfThreeVotersAreLostTheThirdServesAgainAndTheyAreRefused(t *testing.T) {
	o := openOffice(t, Build(t))
	district, ward1, ward2 := o.machines[0], o.machines[1], o.machines[2]
	district.Gocua("user", "add", rebuildLeader, "--name", "Chỉ huy", "--role", "leader", "--unit", cluster, "--password", password)
	at := func(p *Process) *Client { return SignIn(t, p.URL(), officer, password) }
	capture := func(p *Process, ward string, n, status int) (cases []Case) {
		c := at(p)
		for range n {
			k := NewCase(ward)
			got, outcomes := c.Submit(k.Forms...)
			require.Equal(t, status, got, "%+v", outcomes)
			cases = append(cases, k)
		}
		return cases
	}
	everybody := capture(district, wards()[0], 2, http.StatusOK)
	Eventually(t, startsIn, "all to have it", func() bool { return o.level() })
	said, ok := district.attempt(password+"\n"+password+"\n", "recover", "--by", admin, "--by", rebuildLeader)
	require.False(t, ok)
	require.Contains(t, said, "enough voters can be reached (3 of 3, 2 needed)")

	// The wards agree on what the district never hears of, and are lost.
	district.Kill()
	o.awaitLeader()
	lost := capture(ward1, wards()[0], handedOver, http.StatusOK)
	refilled := capture(ward2, wards()[1], 2, http.StatusOK)
	Eventually(t, startsIn, "both wards to have it", func() bool {
		return o.status(ward1).Digest == o.status(ward2).Digest && o.status(ward2).Outbox.Waiting == 0
	})
	ward1.Kill()
	ward2.Kill()

	district.Start()
	awaitPages(t, district)
	waiting := capture(district, wards()[0], 1, http.StatusAccepted)
	var q node.LostQuorum
	require.NoError(t, json.Unmarshal(district.Gocua("--json", "recover"), &q))
	require.Empty(t, q.Refuse)
	require.Equal(t, []int{3, 2, 1, 2}, []int{q.Voters, q.Need, len(q.Answering), len(q.Lost)})
	require.ElementsMatch(t, []string{admin, rebuildLeader}, q.People)
	for _, c := range []struct{ stdin, by, want string }{
		{password + "\n", "--by=" + admin, "two different people"},
		{password + "\n" + password + "\n", "--by=" + admin + "," + admin, "twice"},
		{password + "\n" + password + "\n", "--by=" + admin + "," + officer, "no leader or administrator"},
		{password + "\nsai mat khau roi\n", "--by=" + admin + "," + rebuildLeader, "password is wrong"},
	} {
		said, ok := district.attempt(c.stdin, "recover", c.by)
		require.False(t, ok, c.by)
		require.Contains(t, said, c.want)
	}
	said, ok = district.attempt(password+"\n"+password+"\n", "recover", "--by", admin, "--by", rebuildLeader)
	require.True(t, ok, said)
	require.Contains(t, said, "Decided: generation 2, without ")
	district.Kill()
	began := time.Now()
	district.Start()
	district.AwaitReady(startsIn)
	Eventually(t, startsIn, "what waited to be agreed", func() bool { return o.status(district).Outbox.Waiting == 0 })
	t.Logf("serves again %v after its start", time.Since(began).Round(time.Millisecond))
	alone := o.status(district)
	require.Equal(t, 1, voters(alone))
	require.Len(t, alone.Members, 1)
	o.knows(district, true, everybody, waiting)
	o.knows(district, false, lost, refilled)
	capture(district, wards()[0], 1, http.StatusOK)

	// A lost voter that is switched on again is refused, and refuses.
	ward2.Start()
	Eventually(t, startsIn, "both to refuse each other", func() bool {
		return logs(district, "refused a peer") && logs(ward2, "another generation of the cluster: 2, ours is 1")
	})
	require.Empty(t, o.status(ward2).Leader)
	require.Len(t, o.status(district).Members, 1)
	said, ok = ward2.attempt("", "recover", "--rejoin", filepath.Join(ward2.Dir, "node.json"))
	require.False(t, ok)
	require.Contains(t, said, "is running")
	ward2.Kill()

	// It comes back by hand, without its log; what it captured is in again.
	back := filepath.Join(o.dir, "ward-2.back")
	district.Gocua("recover", "--readmit", "ward-2", "--out", back)
	said, ok = ward1.attempt("", "recover", "--rejoin", back)
	require.False(t, ok, "it is for another machine")
	require.Contains(t, said, "does not fit this machine")
	ward2.Gocua("recover", "--rejoin", back)
	ward2.Gocua("recover", "--rejoin", back) // twice is harmless
	ward2.Start()
	ward2.AwaitReady(startsIn)
	Eventually(t, startsIn, "what was captured there to be in again", func() bool { return known(at(district), refilled) })
	Eventually(t, startsIn, "a standby with everything", func() bool {
		s := o.status(ward2)
		return s.Role == "standby" && s.Digest == o.status(district).Digest
	})

	// What ward 1 captured is missing, exactly, by name.
	list := ward2.missing()
	want := map[command.ID]bool{}
	for _, k := range lost {
		for _, f := range k.Forms {
			want[f.ID] = true
		}
	}
	require.Len(t, list, len(want))
	for _, m := range list {
		require.True(t, want[m.ID], "%+v", m)
		require.Equal(t, []any{"ward-1", true, "Cán bộ"}, []any{m.Node, m.Whole, m.By})
		require.NotEmpty(t, m.About)
	}
	require.True(t, slices.IsSortedFunc(list, func(a, b node.Missing) int { return int(a.Index) - int(b.Index) }))
	t.Logf("the list of what is missing: %d of %d, all of ward-1; first: %s %q", len(list), len(want), list[0].Kind, list[0].About)

	// The log of the one that came back has it whole.
	ward2.Gocua("recover", "--take")
	Eventually(t, startsIn, "nothing to be missing", func() bool { return len(ward2.missing()) == 0 })
	o.knows(district, true, everybody, waiting, lost, refilled)
}

// logs reports whether a machine has logged a text.
func logs(p *Process, text string) bool {
	log, err := os.ReadFile(p.Dir + ".log")
	return err == nil && bytes.Contains(log, []byte(text))
}

// awaitPages waits until a machine without a quorum answers.
func awaitPages(t *testing.T, p *Process) {
	t.Helper()
	Eventually(t, startsIn, "the pages of "+p.Name(), func() bool {
		resp, err := http.Get(p.URL() + "/livez")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// level reports whether all machines show one digest.
func (o *office) level() bool {
	first := o.status(o.machines[0])
	for _, p := range o.machines[1:] {
		if o.status(p).Digest != first.Digest {
			return false
		}
	}
	return first.Digest.Index > 0
}

// knows checks whether a machine has agreed on every form of some cases, or on none.
func (o *office) knows(p *Process, yes bool, groups ...[]Case) {
	o.t.Helper()
	c := SignIn(o.t, p.URL(), officer, password)
	for _, cases := range groups {
		for _, k := range cases {
			for _, form := range k.Forms {
				told, there := c.Told(form.ID)
				require.Equal(o.t, yes, there && told.Status == command.Accepted, "%s: %+v", form.Kind, told)
			}
		}
	}
}

// known reports whether all forms of some cases are agreed.
func known(c *Client, cases []Case) bool {
	for _, k := range cases {
		for _, form := range k.Forms {
			if told, there := c.Told(form.ID); !there || told.Status != command.Accepted {
				return false
			}
		}
	}
	return true
}
