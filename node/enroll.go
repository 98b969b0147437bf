package node

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"gocua/node/upstream"
	"gocua/store/civic"
	"gocua/store/command"
)

// Card introduces a cluster to a province and the other way round. It holds no
// secret; that it comes from whom it says is for the people who hand it over to
// make sure (both screens show the same fingerprint of the root).
type Card struct {
	Tier       string   `json:"tier"`
	Code       string   `json:"code"`
	Name       string   `json:"name"`
	Generation int      `json:"generation"`
	Root       []byte   `json:"root"`
	Peers      []string `json:"peers"`
}

// Card is this machine's cluster as it introduces itself.
func (n *Node) Card() (Card, error) {
	r := n.reg.Read()
	defer r.Close()
	who, ok := civic.WhoseRegister(r)
	if !ok {
		return Card{}, command.Errorf(command.Unavailable, "not_founded", "the register is still empty; wait until the machine is ready")
	}
	c := Card{Tier: who.Tier, Code: who.Code, Name: who.Name, Generation: who.Generation, Root: n.id.Root.Raw}
	members, _ := n.raft.Members()
	for _, m := range members {
		c.Peers = append(c.Peers, m.Addr)
	}
	return c, nil
}

// Enroll takes the other side's card in: a province pins a cluster's root, a
// cluster learns where its province is. Doing it again changes nothing.
func (n *Node) Enroll(ctx context.Context, c Card) error {
	switch {
	case n.self.Tier == civic.TierProvince && c.Tier == civic.TierCluster:
		return n.Ask(ctx, civic.KindClusterEnroll, n.self.Unit, civic.EnrollCluster{Code: c.Code, Name: c.Name, Root: c.Root, Generation: c.Generation})
	case n.self.Tier == civic.TierCluster && c.Tier == civic.TierProvince:
		value, err := json.Marshal(upstream.Province{Code: c.Code, Name: c.Name, Root: c.Root, Peers: c.Peers})
		if err != nil {
			return fmt.Errorf("node: enrolling: %w", err)
		}
		return n.Ask(ctx, civic.KindSettingPut, n.self.Unit, civic.PutSetting{Key: upstream.SettingProvince, Value: value})
	}
	return command.Errorf(command.Invalid, "bad_card", "a %s cannot enroll with a %s", n.self.Tier, strings.TrimSpace(c.Tier))
}

// Save writes the card to a file.
func (c Card) Save(path string) error {
	b, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("node: %w", err)
	}
	return os.WriteFile(path, append(b, '\n'), 0o644)
}

// LoadCard reads what Save wrote.
func LoadCard(path string) (c Card, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("node: %w", err)
	}
	if err := json.Unmarshal(b, &c); err != nil {
		return c, fmt.Errorf("node: %s is not a card made by `gocua enroll --card`: %w", path, err)
	}
	return c, nil
}
