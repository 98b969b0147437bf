package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"gocua/node"
	"gocua/store/command"
)

// withSeconds plays a machine that lost its quorum, and takes anybody's password with
// the code that belongs to it; codes of nobody: none is needed.
func withSeconds(t *testing.T, codes map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	machine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var q struct{ People []node.Witness }
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		for i, p := range q.People {
			code := codes[p.User]
			if p.Code == code {
				continue
			}
			wrong := command.Errorf(command.Forbidden, "bad_second", "the code is wrong")
			if p.Code == "" {
				wrong = &command.Error{Class: command.Forbidden, Code: "second_required", Field: fmt.Sprintf("/people/%d/code", i), Message: "the code is needed as well"}
			}
			w.WriteHeader(http.StatusForbidden)
			_ = json.NewEncoder(w).Encode(wrong)
			return
		}
		_ = json.NewEncoder(w).Encode(node.LostQuorum{Generation: 1})
	}))
	t.Cleanup(machine.Close)
	raw, err := json.Marshal(node.Control{URL: machine.URL, Token: "t"})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "control.json"), raw, 0o600))
	return dir
}

func TestTheCodeOfASecondFactorIsAskedForWhenItIsMissing(t *testing.T) {
	const asked = "Code of the second factor of "
	for name, c := range map[string]struct {
		codes map[string]string
		typed string
		args  []string
		said  []string // on stderr
		done  bool
	}{
		"of nobody who has none":    {typed: "one\ntwo\n", done: true},
		"of the second":             {codes: map[string]string{"hung": "222222"}, typed: "one\ntwo\n222222\n", said: []string{asked + "hung"}, done: true},
		"of both":                   {codes: map[string]string{"lan": "111111", "hung": "222222"}, typed: "one\ntwo\n111111\n222222\n", said: []string{asked + "lan", asked + "hung"}, done: true},
		"not if it was given":       {codes: map[string]string{"lan": "111111"}, typed: "one\ntwo\n", args: []string{"--code", "111111"}, done: true},
		"not again if it was wrong": {codes: map[string]string{"lan": "111111"}, typed: "one\ntwo\n999999\n111111\n", said: []string{asked + "lan", "the code is wrong"}},
		"and nobody types one":      {codes: map[string]string{"lan": "111111"}, typed: "one\ntwo\n", said: []string{"lan signs in with a second factor", "--code"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := withSeconds(t, c.codes)
			told := say(t, c.typed, append([]string{"--dir", dir, "recover", "--by", "lan", "--by", "hung"}, c.args...)...)
			for _, part := range c.said {
				require.Contains(t, told.err, part)
			}
			if !c.done {
				require.Equal(t, exitFailed, told.code)
				return
			}
			require.Equal(t, exitOK, told.code, told.err)
			require.Contains(t, told.out, "Decided: generation 2")
			if len(c.said) == 0 {
				require.NotContains(t, told.err, asked)
			}
		})
	}
}
