package node

import (
	"compress/gzip"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"gocua/node/peer"
	"gocua/raft"
)

// pathDigest is where a machine says what its register was at one entry.
const pathDigest = "/v1/digest"

// digests are what can be compared at one entry; empty: not known any more.
type digests struct {
	Chain   string `json:"chain,omitempty"`   // hex; of the last 1,024 entries
	Content string `json:"content,omitempty"` // hex; of the last few marks
}

// place is an entry at which two machines were seen to differ.
type place struct {
	index   uint64
	content bool // in what is on the disk, else in what was decided
}

func (p place) of(d digests) string {
	if p.content {
		return d.Content
	}
	return d.Chain
}

func (n *Node) digestsAt(index uint64) (d digests) {
	if chain, kept := n.reg.ChainAt(index); kept {
		d.Chain = hex.EncodeToString(chain[:])
	}
	d.Content, _ = n.marks.at(index)
	return d
}

func (n *Node) sayDigests(w http.ResponseWriter, req *http.Request) {
	index, err := strconv.ParseUint(req.URL.Query().Get("index"), 10, 64)
	if err != nil {
		http.Error(w, "index", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(n.digestsAt(index)) // who asked has gone; it will ask again
}

// compare looks at what the other machines last said of themselves. When one
// differs from this one, all are asked about that one entry, and this machine
// stops applying if it is the one that is wrong. It is called after each round
// of greetings, from one goroutine.
func (n *Node) compare(ctx context.Context) {
	at, found := n.difference()
	if !found || n.raft.Err() != nil {
		return
	}
	p := n.poll(ctx, at)
	var against []string
	for node, value := range p.values {
		if value != p.values[n.id.Node] {
			against = append(against, node)
		}
	}
	if len(against) == 0 {
		return // it had been asked in the middle of an entry
	}
	slices.Sort(against)
	ruled := p.judge(n.id.Node)
	if who := strings.Join(against, " "); ruled != stops && who != n.differing {
		n.differing = who
		n.log.Error("machines differ in what they agreed to", "index", at.index, "content", at.content, "others", who, "goes_on", ruled == goesOn)
	}
	if ruled == stops {
		n.halt(&breakdown{Code: stopDiffers, Index: at.index,
			Why: fmt.Sprintf("this machine differs from %s at entry %d", strings.Join(against, ", "), at.index)})
	}
}

// difference finds an entry at which another machine was heard to differ.
func (n *Node) difference() (at place, found bool) {
	members, _ := n.raft.Members()
	for _, m := range members {
		h, ok := n.near.of(m.ID)
		if !ok || m.ID == n.id.Node {
			continue
		}
		ours := n.digestsAt(h.said.Index)
		if ours.Chain != "" && ours.Chain != h.said.Chain {
			return place{index: h.said.Index}, true
		}
		if h.said.Mark == nil {
			continue
		}
		if content, kept := n.marks.at(h.said.Mark.Index); kept && content != h.said.Mark.Content {
			return place{h.said.Mark.Index, true}, true
		}
	}
	return place{}, false
}

// poll is what the machines of a cluster hold at one entry.
type poll struct {
	values map[string]string // by machine, this one too; those that know
	voters []string
	leader string // empty: none is known
}

func (n *Node) poll(ctx context.Context, at place) poll {
	p := poll{values: map[string]string{n.id.Node: at.of(n.digestsAt(at.index))}}
	p.leader, _, _ = n.Leader()
	var mu sync.Mutex
	var asking sync.WaitGroup
	members, _ := n.raft.Members()
	for _, m := range members {
		if m.Voter {
			p.voters = append(p.voters, m.ID)
		}
		if m.ID == n.id.Node {
			continue
		}
		asking.Go(func() {
			said, err := n.askDigests(ctx, m, at.index)
			if value := at.of(said); err == nil && value != "" {
				mu.Lock()
				defer mu.Unlock()
				p.values[m.ID] = value
			}
		})
	}
	asking.Wait()
	return p
}

// ruling is what a machine does that differs from another.
type ruling int

const (
	waits  ruling = iota // too few have answered: ask again
	goesOn               // the others are wrong
	stops                // this one is
)

// judge decides for one machine who is wrong: no machine can know alone, but all
// that hear the same answers come to the same end. The larger group is right; of
// two that are equal, the leader's, so that work goes on. Fewer than most of the
// voters prove nothing.
func (p poll) judge(node string) ruling {
	heard, most, mine := 0, 0, p.values[node]
	for _, v := range p.voters {
		if _, ok := p.values[v]; ok {
			heard++
		}
	}
	if mine == "" || 2*heard <= len(p.voters) {
		return waits
	}
	group := map[string]int{}
	for _, value := range p.values {
		group[value]++
	}
	for value, size := range group {
		if value != mine {
			most = max(most, size)
		}
	}
	leaders, known := p.values[p.leader]
	switch {
	case most < group[mine]:
		return goesOn
	case most > group[mine]:
		return stops
	case !known:
		return waits
	case leaders == mine:
		return goesOn
	}
	return stops
}

func (n *Node) askDigests(ctx context.Context, m raft.Member, index uint64) (said digests, err error) {
	err = n.askPeer(ctx, m.ID, m.Addr, pathDigest+"?index="+strconv.FormatUint(index, 10), &said)
	return said, err
}

// askPeer asks another machine of the cluster for something small.
func (n *Node) askPeer(ctx context.Context, node, addr, path string, answer any) error {
	return n.askOver(ctx, n.calls.client(peer.Calls, peer.Expect{Cluster: n.id.Cluster, Node: node}), node, addr, path, answer)
}

// answerLimit is how much of an answer is read: twenty-four greetings are 8 KB.
const answerLimit = 64 << 10

func (n *Node) askOver(ctx context.Context, client *http.Client, node, addr, path string, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+addr+path, nil)
	if err != nil {
		return fmt.Errorf("node: asking %s: %w", node, err)
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("node: asking %s: %w", node, err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK { // such as an older build, which does not know the path
		return fmt.Errorf("node: asking %s: answer %d", node, resp.StatusCode)
	}
	body := io.Reader(resp.Body)
	if resp.Header.Get("Content-Encoding") == "gzip" {
		if body, err = gzip.NewReader(body); err != nil {
			return fmt.Errorf("node: asking %s: %w", node, err)
		}
	}
	if err := json.NewDecoder(io.LimitReader(body, answerLimit)).Decode(answer); err != nil {
		return fmt.Errorf("node: asking %s: %w", node, err)
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(body, 1)) // to its end, so that the connection is kept
	return nil
}
