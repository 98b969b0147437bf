package node

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"gocua/node/host"
	"gocua/node/trust"
	"gocua/store"
	"gocua/store/audit"
	"gocua/store/civic"
	"gocua/store/command"
)

// Verification is what `gocua verify` found: whether register and journal are
// what their chains say, and the first place where they are not.
type Verification struct {
	Node    string         `json:"node"`
	Cluster string         `json:"cluster"`
	OK      bool           `json:"ok"`
	Took    int64          `json:"took_ms"`
	Entries uint64         `json:"entries"` // of the audit chain
	Feed    uint64         `json:"feed"`
	Records uint64         `json:"records"`
	Head    string         `json:"head"`    // hex, of the chain
	Anchors int            `json:"anchors"` // heads kept elsewhere that were compared
	Fault   *store.Fault   `json:"fault,omitempty"`
	Blocks  string         `json:"blocks,omitempty"` // what is wrong with the files below
	Merged  []MergedLooks  `json:"merged"`
	Journal *JournalLooks  `json:"journal,omitempty"` // of this machine
	Heads   []AnchoredHead `json:"heads,omitempty"`   // at a province: the last of each cluster
}

// MergedLooks are the looks of one machine as the register holds them.
type MergedLooks struct {
	Node  string `json:"node"`
	Looks uint64 `json:"looks"`
	Gone  uint64 `json:"gone"`            // that the machine could not read any more
	Anew  int    `json:"anew"`            // times its journal was begun anew
	Wrong uint64 `json:"wrong,omitempty"` // the first look that is not what was merged
}

// JournalLooks are the looks in this machine's own journal.
type JournalLooks struct {
	First  uint64        `json:"first"`
	Last   uint64        `json:"last"`
	Faults []audit.Fault `json:"faults,omitempty"`
}

// AnchoredHead is the end of a cluster's chain as its parcel brought it.
type AnchoredHead struct {
	Cluster string `json:"cluster"`
	Seq     uint64 `json:"seq"`
	Hash    string `json:"hash"`
	At      string `json:"at"` // the province's agreed time
	Count   int    `json:"count"`
	Wrong   string `json:"wrong,omitempty"`
}

// Verify verifies the running machine, and compares its chain with heads told
// from elsewhere.
func (n *Node) Verify(ctx context.Context, told []command.AuditHead) (Verification, error) {
	return verify(ctx, n.reg, n.path(looksDir), n.keys.Base(), n.id.Node, told)
}

// VerifyDir verifies a machine that does not run, as whoever owns its directory:
// opening a register writes to its files.
func VerifyDir(ctx context.Context, dir string, told []command.AuditHead) (v Verification, err error) {
	err = host.Impersonate(dir, func() error {
		v, err = verifyDir(ctx, dir, told)
		return err
	})
	return v, err
}

func verifyDir(ctx context.Context, dir string, told []command.AuditHead) (v Verification, err error) {
	id, err := trust.LoadIdentity(dir)
	if err != nil {
		return v, err
	}
	lock, err := host.Hold(dir)
	if err != nil {
		return v, err
	}
	defer func() { err = errors.Join(err, lock.Release()) }()
	if _, err := os.Stat(filepath.Join(dir, "register")); errors.Is(err, fs.ErrNotExist) {
		return v, ErrNoRegister
	}
	keys, err := trust.OpenKeys(dir, trust.Way{})
	if err != nil {
		return v, err
	}
	reg, err := openRegister(keys, store.Config{Dir: filepath.Join(dir, "register"), Table: civic.Table(), Level: civic.Level})
	if err != nil {
		return v, err
	}
	v, err = verify(ctx, reg, filepath.Join(dir, looksDir), keys.Base(), id.Node, told)
	return v, errors.Join(err, reg.Close())
}

func verify(ctx context.Context, reg *store.Store, looks string, key []byte, node string, told []command.AuditHead) (Verification, error) {
	begun := time.Now()
	v := Verification{Node: node, Merged: []MergedLooks{}}
	if err := reg.Verify(); errors.Is(err, store.ErrDamaged) {
		v.Blocks = err.Error()
	} else if err != nil {
		return v, err
	}
	r := reg.Read()
	defer r.Close()
	who, _ := civic.WhoseRegister(r)
	v.Cluster = who.Code
	out, err := r.VerifyAudit(ctx, append(told, sealedHeads(r)...))
	if err != nil {
		return v, fmt.Errorf("node: verifying the register: %w", err)
	}
	head := r.Position().Audit
	v.Entries, v.Feed, v.Records, v.Anchors, v.Fault, v.Head = out.Entries, out.Feed, out.Records, out.Anchors, out.Fault, hex.EncodeToString(head.Hash[:])
	v.merged(r)
	v.anchored(r)
	if err := v.journal(r, looks, key); err != nil {
		return v, err
	}
	v.OK = v.sound()
	v.Took = time.Since(begun).Milliseconds()
	return v, r.Err()
}

// sealedHeads are the heads in this cluster's own seals, which the province has
// as well: whoever rewrites the chain must rewrite those, too.
func sealedHeads(r *store.Reader) (heads []command.AuditHead) {
	for key := range r.Records(civic.TypeSeal, "") {
		if s, ok := civic.Load[civic.Seal](r, civic.TypeSeal, key); ok && s.Audit.Seq > 0 {
			heads = append(heads, s.Audit.Head())
		}
	}
	return heads
}

// merged walks the merged looks of every machine.
func (v *Verification) merged(r *store.Reader) {
	walks := map[string]*civic.CheckLooks{}
	wrong := map[string]uint64{}
	for key := range r.Records(civic.TypeLooks, "") {
		p, _ := civic.Load[civic.Looks](r, civic.TypeLooks, key)
		if walks[p.Node] == nil {
			walks[p.Node] = &civic.CheckLooks{}
		}
		if seq := walks[p.Node].Follow(p); seq > 0 && wrong[p.Node] == 0 {
			wrong[p.Node] = seq
		}
	}
	for key := range r.Records(civic.TypeLookHead, "") {
		head, _ := civic.Load[civic.LookHead](r, civic.TypeLookHead, key)
		m := MergedLooks{Node: head.Node, Looks: head.Total, Gone: head.Gone, Anew: head.Anew, Wrong: wrong[head.Node]}
		walk := walks[head.Node]
		if walk == nil {
			walk = &civic.CheckLooks{}
		}
		if m.Wrong == 0 {
			m.Wrong = walk.Ends(head)
		}
		v.Merged = append(v.Merged, m)
	}
}

// anchored lists, at a province, the heads that clusters' parcels brought. Two
// heads of one length must be the same, unless the cluster was begun anew between
// them: the new generation may not have all that the old one had.
func (v *Verification) anchored(r *store.Reader) {
	for _, c := range civic.Clusters(r) {
		last := AnchoredHead{Cluster: c.Code}
		seen, generation := map[uint64]string{}, 0
		for _, key := range r.Scan(civic.ParcelByCluster, civic.TermPrefix(c.Code)) {
			p, ok := civic.Load[civic.Parcel](r, civic.TypeParcel, key)
			if !ok || p.Audit.Seq == 0 {
				continue
			}
			if p.Generation > generation {
				generation = p.Generation
				seen, last.Seq = map[uint64]string{}, 0
			}
			last.Count++
			hash := hex.EncodeToString(p.Audit.Hash)
			if before, twice := seen[p.Audit.Seq]; twice && before != hash && last.Wrong == "" {
				last.Wrong = fmt.Sprintf("entry %d came with two hashes: the cluster's chain was rewritten", p.Audit.Seq)
			}
			seen[p.Audit.Seq] = hash
			if p.Audit.Seq >= last.Seq {
				last.Seq, last.Hash, last.At = p.Audit.Seq, hash, time.UnixMilli(p.At).UTC().Format(time.RFC3339)
			}
		}
		v.Heads = append(v.Heads, last)
	}
}

// journal compares this machine's own journal with what the cluster has of it.
func (v *Verification) journal(r *store.Reader, dir string, key []byte) error {
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	c, err := audit.Verify(dir, key)
	if err != nil {
		return fmt.Errorf("node: verifying the journal of looks: %w", err)
	}
	head, _ := civic.Load[civic.LookHead](r, civic.TypeLookHead, command.Key(v.Node))
	if head.Life == c.Life && head.Seq > 0 {
		mine, kept := c.Head(head.Seq)
		switch {
		case c.Last < head.Seq:
			c.Faults = append(c.Faults, audit.Fault{Seq: c.Last + 1, What: fmt.Sprintf("the journal ends here; the cluster has %d looks of it", head.Seq)})
		case c.First > head.Seq+1:
			c.Faults = append(c.Faults, audit.Fault{Seq: head.Seq + 1, What: "looks that were not merged yet are gone from the journal"})
		case kept && string(mine[:]) != string(head.Hash):
			c.Faults = append(c.Faults, audit.Fault{Seq: head.Seq, What: "the journal is not the one that was merged"})
		}
	}
	v.Journal = &JournalLooks{First: c.First, Last: c.Last, Faults: c.Faults}
	return nil
}

func (v *Verification) sound() bool {
	ok := v.Fault == nil && v.Blocks == "" && (v.Journal == nil || len(v.Journal.Faults) == 0)
	for _, m := range v.Merged {
		ok = ok && m.Wrong == 0
	}
	for _, h := range v.Heads {
		ok = ok && h.Wrong == ""
	}
	return ok
}

// ParseHead reads a head as verify prints it at the province: SEQ:HASH.
func ParseHead(text string) (h command.AuditHead, err error) {
	seq, hash, _ := strings.Cut(text, ":")
	h.Seq, err = strconv.ParseUint(seq, 10, 64)
	raw, wrong := hex.DecodeString(hash)
	if err != nil || wrong != nil || len(raw) != len(h.Hash) || h.Seq == 0 {
		return h, command.Errorf(command.Invalid, "bad_head", "%q is no head: give it as verify prints it at the province, SEQ:HASH", text)
	}
	h.Hash = [32]byte(raw)
	return h, nil
}

func (n *Node) controlVerify(c *fiber.Ctx) error {
	var told []command.AuditHead
	for _, text := range c.Context().QueryArgs().PeekMulti("head") {
		h, err := ParseHead(string(text))
		if err != nil {
			return reply(c, nil, err)
		}
		told = append(told, h)
	}
	v, err := n.Verify(c.Context(), told)
	return reply(c, v, err)
}
