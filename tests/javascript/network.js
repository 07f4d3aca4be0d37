// A network of Pulumi Crosswalk, with look-ups of what it consists of.
"use strict";
const pulumi = require("@pulumi/pulumi");
const aws = require("@pulumi/aws");
const awsx = require("@pulumi/awsx");

module.exports = async () => {
  const config = new pulumi.Config();
  const region = await aws.getRegion();
  const zones = await aws.getAvailabilityZones({ state: "available" });
  const vpc = new awsx.ec2.Vpc("network", {
    cidrBlock: "10.1.0.0/16",
    numberOfAvailabilityZones: 2,
    natGateways: { strategy: awsx.ec2.NatGatewayStrategy.Single },
    subnetStrategy: awsx.ec2.SubnetAllocationStrategy.Auto,
    subnetSpecs: [
      { type: awsx.ec2.SubnetType.Public, cidrMask: 24 },
      { type: awsx.ec2.SubnetType.Private, cidrMask: 20, tags: { Tier: "private" } },
    ],
    tags: { Region: region.name },
  });
  if (config.getBoolean("balancer")) {
    new awsx.lb.ApplicationLoadBalancer("web", { subnetIds: vpc.publicSubnetIds });
  }
  const group = new aws.ec2.SecurityGroup("group", { vpcId: vpc.vpcId, description: "of the network" });
  new aws.vpc.SecurityGroupEgressRule("all", {
    securityGroupId: group.id,
    ipProtocol: "-1",
    cidrIpv4: aws.ec2.getVpcOutput({ id: vpc.vpcId }).cidrBlock,
  });
  return {
    zone: zones.names[0],
    privateSubnets: vpc.privateSubnetIds,
    found: aws.ec2.getSubnetsOutput({
      filters: [{ name: "vpc-id", values: [vpc.vpcId] }],
      tags: { Tier: "private" },
    }, { dependsOn: [vpc] }).ids,
  };
};
