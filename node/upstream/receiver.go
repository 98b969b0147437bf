package upstream

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"

	"gocua/node/trust"
	"gocua/store"
	"gocua/store/civic"
	"gocua/store/command"
)

// Receiver is the province's end of the line.
type Receiver struct {
	Store    *store.Store
	Identity *trust.Identity
	Propose  func(ctx context.Context, kind command.Kind, id command.ID, body any) (command.Outcome, error)
	// Caller returns the verified certificate at the other end.
	Caller func(*http.Request) (*x509.Certificate, trust.Name, bool)
	Log    *slog.Logger

	failing atomic.Bool // that parcels are not agreed was logged
}

func (v *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	status, a := v.take(req)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(a) // the cluster has gone; it will ask again
}

// take checks one parcel, has it agreed and signs the receipt.
func (v *Receiver) take(req *http.Request) (int, answer) {
	cert, name, ok := v.Caller(req)
	if !ok {
		return refuse(http.StatusForbidden, command.Errorf(command.Forbidden, "unknown_caller", "who is calling cannot be told"))
	}
	raw, err := unpack(req.Body)
	if err != nil {
		return refuse(http.StatusBadRequest, command.Errorf(command.Invalid, "malformed", "the parcel cannot be unpacked"))
	}
	var p civic.ReceiveParcel
	if err := json.Unmarshal(raw, &p); err != nil {
		return refuse(http.StatusBadRequest, command.Errorf(command.Invalid, "malformed", "the parcel cannot be read"))
	}
	body := p.Parcel
	if body.Cluster != name.Cluster || p.Node != name.Node || trust.CheckSignature(cert, "parcel", body.Canonical(), p.Sig) != nil {
		return refuse(http.StatusForbidden, command.Errorf(command.Forbidden, "bad_signature", "the parcel is not signed by the machine that brings it"))
	}
	if body.Generation != name.Generation { // a machine left behind by a recovery keeps a certificate that holds
		return refuse(http.StatusForbidden, command.Errorf(command.Forbidden, "generation", "the parcel is not of the generation of the machine that brings it"))
	}
	return v.agree(req.Context(), p)
}

func (v *Receiver) agree(ctx context.Context, p civic.ReceiveParcel) (int, answer) {
	body := p.Parcel
	if kept, ok := v.kept(body); ok && string(kept.Hash) == string(body.Hash()) {
		return v.receipt(kept)
	}
	at := v.cluster(body)
	out, err := v.Propose(ctx, civic.KindParcelReceive, v.nameOf(body, at), p)
	if err != nil {
		if v.failing.CompareAndSwap(false, true) { // once: every cluster asks again and again
			v.Log.Warn("upstream: parcels are not agreed", "cluster", body.Cluster, "lane", body.Lane, "seq", body.Seq, "error", err)
		}
		return refuse(http.StatusServiceUnavailable, command.Errorf(command.Unavailable, "not_agreed", "the province did not agree in time"))
	}
	v.failing.Store(false)
	if out.Status != command.Accepted {
		return v.refused(body, out)
	}
	kept, ok := v.kept(body)
	if !ok {
		return refuse(http.StatusServiceUnavailable, command.Errorf(command.Unavailable, "not_applied", "this machine has not applied the parcel yet"))
	}
	return v.receipt(kept)
}

// refused says why a parcel was not taken, and where the lane ends here.
func (v *Receiver) refused(body civic.ParcelBody, out command.Outcome) (int, answer) {
	a := answer{Error: out.Err(), Last: v.cluster(body).Lane(body.Lane).Seq}
	end := body
	end.Seq = a.Last
	if kept, ok := v.kept(end); ok && out.Code == civic.CodeBehind {
		_, last := v.receipt(kept)
		a.Receipt = last.Receipt
	}
	return http.StatusConflict, a
}

// nameOf is the name of the command that takes a parcel. What refused it is part
// of the name, for a refusal is kept for ever: the place the lane had reached,
// the generation enrolled, the machine that asked.
func (v *Receiver) nameOf(body civic.ParcelBody, at civic.Cluster) command.ID {
	return command.DerivedID("parcel", body.Cluster, fmt.Sprint(body.Lane, body.Seq, at.Lane(body.Lane).Seq, at.Generation), string(body.Hash()), v.Identity.Node)
}

func (v *Receiver) kept(body civic.ParcelBody) (civic.Parcel, bool) {
	r := v.Store.Read()
	defer r.Close()
	return civic.Load[civic.Parcel](r, civic.TypeParcel, civic.ParcelKey(body.Cluster, body.Lane, body.Seq))
}

// cluster is what is known here of where a parcel comes from.
func (v *Receiver) cluster(body civic.ParcelBody) civic.Cluster {
	r := v.Store.Read()
	defer r.Close()
	c, _ := civic.Load[civic.Cluster](r, civic.TypeCluster, command.Key(body.Cluster))
	return c
}

// receipt signs what follows from the kept parcel: the same for ever.
func (v *Receiver) receipt(kept civic.Parcel) (int, answer) {
	data, err := json.Marshal(kept.Receipt())
	if err != nil {
		return refuse(http.StatusInternalServerError, command.Errorf(command.Internal, "internal", "the receipt cannot be written"))
	}
	return http.StatusOK, answer{Receipt: civic.Signed{Data: data, Sig: v.Identity.Sign("receipt", data), Cert: v.Identity.Cert.Raw}}
}

func refuse(status int, err *command.Error) (int, answer) { return status, answer{Error: err} }

// checkSigned checks bytes signed by a machine of a cluster whose root is known.
func checkSigned(s civic.Signed, purpose string, root *x509.Certificate, cluster string) error {
	cert, err := x509.ParseCertificate(s.Cert)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	name, err := trust.Verify([]*x509.Certificate{cert}, root, cert.NotBefore)
	if err != nil {
		return err
	}
	if name.Cluster != cluster {
		return trust.ErrOtherCluster
	}
	return trust.CheckSignature(cert, purpose, s.Data, s.Sig)
}
