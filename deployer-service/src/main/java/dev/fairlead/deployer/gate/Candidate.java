package dev.fairlead.deployer.gate;

import dev.fairlead.deployer.plan.Plan;
import dev.fairlead.deployer.plan.Request;

/** What asks to pass. */
public record Candidate(Request request, Plan plan) {}
