package civic

import "gocua/store/command"

// SettingCluster holds which cluster this register belongs to.
const SettingCluster = "cluster"

// Identity says whose register this is.
type Identity struct {
	Code       string `json:"code"` // unit code of the cluster, or of the province
	Name       string `json:"name"`
	Tier       string `json:"tier"`
	Generation int    `json:"generation"`
}

// Tiers.
const (
	TierCluster  = "cluster"  // cụm: receives from people
	TierProvince = "province" // tỉnh: receives from clusters
)

// FoundCluster is the first command of every register: it names the cluster,
// its units and the machine that founds it. It is signed by that machine.
type FoundCluster struct {
	Identity Identity  `json:"identity"`
	Node     PutNode   `json:"node"`
	Units    []PutUnit `json:"units"`
}

func (p FoundCluster) Check() *command.Error {
	if p.Identity.Tier != TierCluster && p.Identity.Tier != TierProvince {
		return command.InvalidField("/identity/tier", "bad_choice", "tier is cluster or province")
	}
	for i, u := range p.Units {
		if err := u.Check(); err != nil {
			return at("/units/"+itoa(i), err)
		}
	}
	if err := p.Node.Check(); err != nil {
		return at("/node", err)
	}
	return nil
}

func (p FoundCluster) Decide(v command.View, e command.Envelope) command.Decision {
	if v.Get(TypeSetting, SettingCluster) != nil {
		return command.Reject(command.Errorf(command.Conflicting, "founded", "this register has been founded already"))
	}
	if !e.SignedBy(p.Node.Key) {
		return command.Reject(command.Errorf(command.Forbidden, "bad_signature", "the founding command is not signed by the founding machine"))
	}
	changes := []command.Change{
		put(TypeSetting, SettingCluster, settingOf(SettingCluster, p.Identity)),
		put(TypeNode, command.Key(p.Node.ID), Node(p.Node)),
	}
	for _, u := range p.Units {
		u.Name = CleanText(u.Name)
		changes = append(changes, put(TypeUnit, command.Key(u.Code), Unit(u)))
	}
	return command.Accept(changes...)
}

// forAll refuses a change that all machines would follow unless it is asked for
// on behalf of the whole register: one ward cannot say where everybody's records
// go, nor which machines count.
func forAll(v command.View, e command.Envelope) *command.Error {
	if who, ok := WhoseRegister(v); ok && !Covers(v, e.Unit, who.Code) {
		return outside("", "the whole cluster", e.Unit)
	}
	return nil
}

// WhoseRegister reads the identity; ok is false before the founding command.
func WhoseRegister(v command.View) (Identity, bool) {
	return LoadSetting[Identity](v, SettingCluster)
}
