import { KanbanRenderer } from "@web/views/kanban/kanban_renderer";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { registry } from "@web/core/registry";

/** Cards of the performer's jobs, with a heading wherever a new day begins. */
export class MyJobsRenderer extends KanbanRenderer {
    static template = "service_crm.MyJobsRenderer";

    /** The heading above the record of that index, or nothing. */
    getDayHeading(index) {
        const { records } = this.props.list;
        const day = (record) => record && record.data.day_label;
        const label = day(records[index]);
        return label === day(records[index - 1]) && index ? false : label || false;
    }
}

export const myJobsView = { ...kanbanView, Renderer: MyJobsRenderer };

registry.category("views").add("service_my_jobs", myJobsView);
