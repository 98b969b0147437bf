package node

import (
	"context"
	"encoding/json"
	"errors"

	"gocua/node/peer"
	"gocua/node/upstream"
	"gocua/store/civic"
	"gocua/store/command"
)

// onlyProvince is the outcome of what was lost here and the province has.
const onlyProvince = "province"

// beyond lists, on the machine its cluster was begun anew on, what the province has of
// it and nobody here: parcels it took, whose seals or content went with the lost
// machines. The next parcel has one of their numbers, so the province raises the fork
// alarm; this is what a person has to look at then. Empty where no province is known.
func (n *Node) beyond(ctx context.Context) (list []Missing, err error) {
	if n.recovery == nil || len(n.recovery.By) == 0 {
		return nil, nil
	}
	r := n.reg.Read()
	defer r.Close()
	to, enrolled := civic.LoadSetting[upstream.Province](r, upstream.SettingProvince)
	if !enrolled {
		return nil, nil
	}
	lost, err := upstream.Beyond(r, func(lane command.Lane, seq uint64) (t upstream.Taken, err error) {
		err = command.Errorf(command.Unavailable, "province_away", "the province does not answer, so what only it has is not known")
		for _, addr := range to.Peers {
			t, err = upstream.AskTaken(ctx, n.calls.client(peer.Upstream, peer.Expect{Cluster: to.Code}), "https://"+addr, lane, seq)
			var said *command.Error
			if err == nil || errors.As(err, &said) {
				return t, err
			}
		}
		return t, err
	})
	if err != nil {
		return nil, err
	}
	for _, c := range lost {
		rec, _ := n.table.Record(c.Type)
		list = append(list, Missing{Kind: rec.Name, About: named(r, c), Outcome: onlyProvince})
	}
	return list, nil
}

// named names a record this register may not have.
func named(v command.View, c command.Change) string {
	var x struct {
		Name, Address       string
		Household, Resident command.ID
	}
	if json.Unmarshal(c.Value, &x) != nil {
		return string(c.Key) // deleted, or of another form
	}
	switch {
	case x.Name != "":
		return x.Name
	case x.Address != "":
		return x.Address
	case x.Resident != command.ID{}:
		return about(v, civic.TypeResident, civic.KeyOf(x.Resident))
	case x.Household != command.ID{}:
		return about(v, civic.TypeHousehold, civic.KeyOf(x.Household))
	}
	return string(c.Key)
}
