{
    "name": "Service CRM: Example of an Integration",
    "summary": "Lifts that call for help: how the service addons are extended",
    "version": "19.0.1.0.0",
    "category": "Services/Service CRM",
    "author": "Service CRM contributors",
    "license": "LGPL-3",
    "depends": ["service_crm_bpm", "service_crm_sms"],
    "data": [
        "data/service_suggestion_weight_data.xml",
        "views/crm_lead_views.xml",
        "views/crm_team_views.xml",
        "views/bpm_robot_views.xml",
    ],
}
