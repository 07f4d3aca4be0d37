package sandbox

import (
	"errors"
	"fmt"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
	"github.com/live-beats/live-beats-aws/internal/sandbox/acm"
	"github.com/live-beats/live-beats-aws/internal/sandbox/ecs"
	"github.com/live-beats/live-beats-aws/internal/sandbox/kms"
	"github.com/live-beats/live-beats-aws/internal/sandbox/provider"
	"github.com/live-beats/live-beats-aws/internal/sandbox/route53"
)

// Image describes how the containers of an image behave.
type Image = ecs.Image

// DeclareImage sets how an image's containers behave from now on. Errors: a name that is not an image reference,
// invalid values.
func (w *World) DeclareImage(name string, image Image) error {
	w.Lock()
	defer w.Unlock()
	if err := ecs.DeclareImage(w.World, name, image); err != nil {
		return err
	}
	return w.Save()
}

// ForgetImage removes an image's declaration, so that it behaves as undeclared images do.
func (w *World) ForgetImage(name string) error {
	w.Lock()
	defer w.Unlock()
	ecs.ForgetImage(w.World, name)
	return w.Save()
}

// Images returns the declared images by name.
func (w *World) Images() map[string]Image {
	w.Lock()
	defer w.Unlock()
	return ecs.Images(w.World)
}

// PutCertificate adds a certificate that was issued outside of Pulumi. Errors: an ARN that is not a certificate's in
// the region and account.
func (w *World) PutCertificate(region, arn, domain string) error {
	s := scope(region)
	prefix := fmt.Sprintf("arn:%s:acm:%s:%s:certificate/", s.Partition, region, s.Account)
	if id, ok := strings.CutPrefix(arn, prefix); !ok || id == "" {
		return fmt.Errorf("put certificate %q: the ARN must be %s followed by an id", arn, prefix)
	}
	w.Lock()
	defer w.Unlock()
	return acm.Put(w.World, s, arn, domain)
}

// PutKey adds a KMS key that was created outside of Pulumi, or changes its policy. Without a policy, the key has AWS's
// default policy, which leaves access to the account's IAM policies. Errors: an ARN that is not a key's in the region
// and account, a policy that AWS refuses.
func (w *World) PutKey(region, arn, policy string) error {
	s := scope(region)
	prefix := fmt.Sprintf("arn:%s:kms:%s:%s:key/", s.Partition, region, s.Account)
	if id, ok := strings.CutPrefix(arn, prefix); !ok || id == "" {
		return fmt.Errorf("put key %q: the ARN must be %s followed by an id", arn, prefix)
	}
	w.Lock()
	defer w.Unlock()
	if err := kms.Put(w.World, s, arn, policy); err != nil {
		return fmt.Errorf("put key %q: %w", arn, err)
	}
	return w.Save()
}

// IssueCertificate issues the pending certificates of a domain, as AWS does when their records are created at another
// DNS provider. It is an error if none is pending.
func (w *World) IssueCertificate(region, domain string) error {
	w.Lock()
	defer w.Unlock()
	return acm.IssueElsewhere(w.World, region, domain)
}

// PutZone adds a public hosted zone that was created outside of Pulumi. Errors: an id or a name that a zone cannot
// have, an id that is taken.
func (w *World) PutZone(region, id, name string) error {
	if !awsmodel.HostedZone.Valid(id) {
		return fmt.Errorf("put zone %q: the id must be Z followed by 1 to 31 upper-case letters and digits", id)
	}
	engine, err := w.Engine(region)
	if err != nil {
		return err
	}
	in, failures, err := engine.Check(route53.ZoneType, "put-zone::"+id, nil, provider.Props{"name": name}, nil)
	if err != nil {
		return err
	}
	if len(failures) > 0 {
		return fmt.Errorf("put zone %q: %s: %s", id, failures[0].Property, failures[0].Reason)
	}
	w.Lock()
	defer w.Unlock()
	return route53.Put(w.World, engine.Scope, id, fmt.Sprint(in["name"]))
}

// Redeploy forces a new deployment of the service that id names, as an operator does. Errors: no such service, tasks
// that do not start.
func (w *World) Redeploy(region, id string) error {
	service, err := w.one(region, id)
	if err != nil {
		return err
	}
	w.Lock()
	defer w.Unlock()
	return errors.Join(ecs.Redeploy(w.World, scope(region), service), w.Save())
}
